//! `saycart top`: how the running assistant is, live. q, Esc or Ctrl-C leave it.

use std::collections::VecDeque;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use ratatui::Frame;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Row, Sparkline, Table};

use super::*;
use crate::control::Status;
use crate::telemetry::Doing;

/// So often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// Seconds that the picture goes back.
const HISTORY: usize = 240;

#[derive(Debug, Args)]
pub struct TopArgs {}

pub fn run(sockets: &[PathBuf], _args: &TopArgs) -> Result<(), CliError> {
    if !std::io::stdout().is_terminal() {
        return Err(CliError::new("`saycart top` needs a terminal; `saycart status` is for scripts (--json)"));
    }
    let mut client = Client::connect(sockets).map_err(CliError::new)?;
    let mut view = View::of(status::ask(&mut client)?);
    let mut terminal = ratatui::try_init().map_err(CliError::new)?;
    let watched = loop {
        if let Err(error) = terminal.draw(|frame| view.draw(frame)) {
            break Err(CliError::new(error));
        }
        match left(EVERY) {
            Ok(true) => break Ok(()),
            Ok(false) => {}
            Err(error) => break Err(CliError::new(error)),
        }
        match status::ask(&mut client) {
            Ok(status) => view.goes_on(status),
            Err(error) => break Err(error),
        }
    };
    ratatui::restore();
    watched
}

/// Wait so long for somebody who wants to leave.
fn left(patience: Duration) -> std::io::Result<bool> {
    let until = Instant::now() + patience;
    while event::poll(until.saturating_duration_since(Instant::now()))? {
        let Event::Key(key) = event::read()? else { continue };
        let interrupts = key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c');
        if key.kind == KeyEventKind::Press && (interrupts || matches!(key.code, KeyCode::Char('q') | KeyCode::Esc)) {
            return Ok(true);
        }
    }
    Ok(false)
}

struct View {
    status: Status,
    /// Turns in each second, the oldest first.
    turns: VecDeque<u64>,
    ahead: i64,
}

impl View {
    fn of(status: Status) -> View {
        View { status, turns: VecDeque::new(), ahead: status::ahead_of_utc() }
    }

    fn goes_on(&mut self, status: Status) {
        let turns = |status: &Status| status.now.counts.get("turns").copied().unwrap_or(0);
        self.turns.push_back(turns(&status).saturating_sub(turns(&self.status)));
        if self.turns.len() > HISTORY {
            self.turns.pop_front();
        }
        self.status = status;
    }

    fn draw(&self, frame: &mut Frame) {
        let page = status::page(&self.status, self.ahead);
        let tall = page.lines().count() as u16 + 2;
        let [above, below, picture, keys] = Layout::vertical([
            Constraint::Length(tall),
            Constraint::Min(8),
            Constraint::Length(4),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        let doing = Line::from(format!(" {} ", self.status.now.doing.name())).style(light(self.status.now.doing));
        let titled = Block::bordered().title(" saycart ").title(doing.right_aligned());
        frame.render_widget(Paragraph::new(page).block(titled), above);
        let [times, counts] = Layout::horizontal([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(below);
        self.draw_times(frame, times);
        self.draw_counts(frame, counts);
        let turns: Vec<u64> = self.turns.iter().copied().collect();
        let recent = &turns[turns.len().saturating_sub(usize::from(picture.width.saturating_sub(2)))..];
        frame.render_widget(Sparkline::default().data(recent).block(Block::bordered().title(" turns ")), picture);
        frame.render_widget(Line::from(" q leaves").dim(), keys);
    }

    fn draw_times(&self, frame: &mut Frame, area: Rect) {
        let rows = self.status.now.stages.iter().map(|(stage, of)| {
            Row::new([stage.clone(), of.count.to_string(), format!("{:.0}", of.p50_ms), format!("{:.0}", of.p95_ms)])
        });
        let widths = [Constraint::Fill(2), Constraint::Fill(1), Constraint::Fill(1), Constraint::Fill(1)];
        let head = Row::new(["stage", "times", "p50 ms", "p95 ms"]).bold();
        frame.render_widget(Table::new(rows, widths).header(head).block(Block::bordered().title(" times ")), area);
    }

    fn draw_counts(&self, frame: &mut Frame, area: Rect) {
        let rows =
            self.status.now.counts.iter().map(|(name, count)| Row::new([name.replace('_', " "), count.to_string()]));
        let widths = [Constraint::Fill(3), Constraint::Fill(1)];
        frame.render_widget(Table::new(rows, widths).block(Block::bordered().title(" since the start ")), area);
    }
}

fn light(doing: Doing) -> Style {
    let colour = match doing {
        Doing::Listening => Color::Green,
        Doing::Thinking => Color::Yellow,
        Doing::Speaking => Color::Cyan,
        Doing::Muted | Doing::Idle | Doing::Starting => Color::DarkGray,
        Doing::Error => Color::Red,
    };
    Style::new().fg(Color::Black).bg(colour).bold()
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::telemetry::{Snapshot, Summary};

    fn with_turns(turns: u64) -> Status {
        let now = Snapshot {
            doing: Doing::Thinking,
            counts: [("turns".to_string(), turns)].into(),
            stages: [("first_audible".to_string(), Summary { count: 7, p50_ms: 546.0, p95_ms: 731.0 })].into(),
            ..Snapshot::default()
        };
        Status { now, ..Status::default() }
    }

    #[test]
    fn the_live_view_shows_state_times_and_counts() {
        let mut view = View::of(with_turns(41));
        view.goes_on(with_turns(42));
        assert_eq!(view.turns, [1]);
        let mut terminal = Terminal::new(TestBackend::new(100, 40)).unwrap();
        terminal.draw(|frame| view.draw(frame)).unwrap();
        let shown = terminal.backend().to_string();
        for expected in ["thinking", "first_audible", "546", "731", "42", "q leaves"] {
            assert!(shown.contains(expected), "{expected} in:\n{shown}");
        }
        // However small the window is.
        Terminal::new(TestBackend::new(9, 3)).unwrap().draw(|frame| view.draw(frame)).unwrap();
    }
}
