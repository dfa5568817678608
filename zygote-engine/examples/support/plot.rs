//! Line charts side by side in an SVG file.

use anyhow::{Context, Result};
use plotters::prelude::*;
use std::path::Path;

/// The colours of curves, in order.
const COLOURS: [RGBColor; 4] =
    [RGBColor(31, 119, 180), RGBColor(214, 39, 40), RGBColor(140, 140, 140), RGBColor(44, 160, 44)];

/// A chart: its curves have a name and points.
pub struct Panel<'a> {
    pub title: &'a str,
    pub x: &'a str,
    /// Whether the y axis is logarithmic.
    pub logarithmic: bool,
    pub curves: Vec<(&'a str, Vec<(f64, f64)>)>,
}

/// Draws the panels from left to right.
pub fn draw(path: &Path, panels: &[Panel]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("no folder {} for the plot", folder.display()))?;
    }
    let root = SVGBackend::new(path, (640 * panels.len() as u32, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, panel) in root.split_evenly((1, panels.len())).iter().zip(panels) {
        panel.draw(area)?;
    }
    root.present().with_context(|| format!("the plot cannot be written to {}", path.display()))
}

impl Panel<'_> {
    fn draw(&self, area: &DrawingArea<SVGBackend, plotters::coord::Shift>) -> Result<()> {
        let height = |y: f64| if self.logarithmic { y.log10() } else { y };
        let points = || self.curves.iter().flat_map(|(_, points)| points);
        let xs = range(points().map(|p| p.0), 0.0);
        let ys = range(points().map(|p| height(p.1)), 0.05);
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, ("sans-serif", 20))
            .margin(14)
            .x_label_area_size(40)
            .y_label_area_size(64)
            .build_cartesian_2d(xs, ys)?;
        let label = |y: &f64| {
            if self.logarithmic { format!("{:.0e}", 10_f64.powf(*y)) } else { format!("{y:.2}") }
        };
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .x_desc(self.x)
            .y_label_formatter(&label)
            .draw()?;
        for ((name, points), colour) in self.curves.iter().zip(COLOURS) {
            let line = points.iter().map(|&(x, y)| (x, height(y)));
            chart
                .draw_series(LineSeries::new(line, colour.stroke_width(2)))?
                .label(*name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE)
            .border_style(COLOURS[2])
            .draw()?;
        Ok(())
    }
}

/// The range of numbers, wider by a share of it at both ends.
fn range(numbers: impl Iterator<Item = f64>, share: f64) -> std::ops::Range<f64> {
    let (low, high) = numbers
        .filter(|y| y.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    let margin = share * (high - low);
    low - margin..high + margin
}
