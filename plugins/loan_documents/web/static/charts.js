// Bar and line charts by Chart.js, in the colours of the theme, with tooltips and the figures as a table.
import { el, number, percent, table } from "./dom.js";

const drawn = new Set();
export const css = (name) => (name.startsWith("--") ? getComputedStyle(document.documentElement).getPropertyValue(name).trim() : name);

function frame({ title, lead, wide, labels, series, percent: shares, unit, axis }, draw) {
  const written = (value) => (value == null ? "–" : shares ? percent(value, 1) : unit ? `${value.toFixed(1)} ${unit}` : number(Math.round(value * 10) / 10));
  const canvas = el("canvas", { role: "img", "aria-label": `${title}. The same figures are in the table below.` });
  const columns = [{ title: axis ?? "", class: "nowrap", cell: (place) => labels[place] },
    ...series.map((one) => ({ title: one.name, num: true, cell: (place) => written(one.values[place]) }))];
  const figures = el("details", {}, el("summary", {}, "Show as a table"));
  figures.addEventListener("toggle", () => {
    if (figures.open && !figures.querySelector("table")) figures.append(table(title, columns, labels.map((_, place) => place)));
  });
  const section = el("section", { class: wide || null }, el("h2", {}, title), lead ? el("p", { class: "lead" }, lead) : null,
    el("div", { class: "plot" }, canvas), figures);
  drawn.add({ canvas, make: () => draw(canvas, written), chart: null });
  return section;
}

function options({ stacked, percent: shares, unit, hideLabels, series }, written) {
  const tick = { color: css("--dim"), font: { size: 11 } };
  return {
    responsive: true, maintainAspectRatio: false,
    animation: false,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { stacked, grid: { display: false }, border: { color: css("--line") }, ticks: { ...tick, maxRotation: 0, autoSkipPadding: 14, display: !hideLabels } },
      y: { stacked, beginAtZero: true, max: shares ? 1 : undefined, grid: { color: css("--line") }, border: { display: false },
        ticks: { ...tick, maxTicksLimit: 6, precision: unit || shares ? undefined : 0, callback: (value) => (shares ? percent(value) : unit ? `${value} ${unit}` : number(value)) } },
    },
    plugins: {
      legend: { display: series.length > 1, position: "bottom", labels: { color: css("--ink"), boxWidth: 11, boxHeight: 11, padding: 12, font: { size: 12 } } },
      tooltip: { backgroundColor: css("--ink"), titleColor: css("--page"), bodyColor: css("--page"), padding: 10, boxPadding: 4,
        callbacks: { label: (item) => ` ${item.dataset.label}: ${written(item.raw)}` } },
    },
  };
}

export function barChart(chart) {
  return frame(chart, (canvas, written) => new Chart(canvas, {
    type: "bar",
    data: { labels: chart.labels, datasets: chart.series.map((one) => ({ label: one.name, data: one.values, backgroundColor: css(one.colour), maxBarThickness: 46, borderRadius: chart.stacked ? 0 : 3 })) },
    options: options(chart, written),
  }));
}

export function lineChart(chart) {
  return frame(chart, (canvas, written) => new Chart(canvas, {
    type: "line",
    data: { labels: chart.labels, datasets: chart.series.map((one) => ({ label: one.name, data: one.values, borderColor: css(one.colour), backgroundColor: css(one.colour), borderWidth: 2, pointRadius: chart.labels.length > 40 ? 0 : 3, pointHoverRadius: 5, tension: 0.2, spanGaps: true })) },
    options: options(chart, written),
  }));
}

export function redrawAll() {
  if (typeof Chart === "undefined") { addEventListener("load", redrawAll, { once: true }); return; }
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const one of drawn) {
    one.chart?.destroy();
    if (one.canvas.isConnected) one.chart = one.make();
    else drawn.delete(one);
  }
}
document.addEventListener("themechange", redrawAll);
