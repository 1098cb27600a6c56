// Charts: each .lx-chart-draw is drawn from the JSON beside it. SVG, so that print is crisp; no inline <style> (strict CSP).
"use strict";

(() => {
  const TONES = { blue: "#2f6aa3", green: "#3d8b5a", yellow: "#c98a12", red: "#c0453a", grey: "#9aa5b1" };
  const SERIES = ["#2f6aa3", "#6c9bc4", "#c98a12", "#3d8b5a", "#7a6aa8", "#9aa5b1"];
  const INK = "#2b3744", SOFT = "#55606e", LINE = "#dfe4ea";

  const number = (value, unit) => value.toLocaleString("zh-CN", { minimumFractionDigits: unit === "%" ? 1 : 0, maximumFractionDigits: unit === "%" ? 1 : 2 });
  const size = () => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8125;
  const words = (data, missing) => (value) => (value === null || value === undefined ? missing : number(value, data.unit) + (data.unit ?? ""));

  const base = (data, missing) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size(), color: INK },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",           // the HTML tooltip needs inline styles, which the policy forbids
      axisPointer: { type: "shadow", shadowStyle: { color: "rgba(31,78,121,.06)" } },
      backgroundColor: "#fff", borderColor: LINE, textStyle: { color: INK, fontSize: size() },
      valueFormatter: words(data, missing),
    },
    grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
  });

  const quiet = { axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false } };
  const text = () => ({ color: SOFT, fontSize: size() });
  const categories = (names) => ({ type: "category", data: names, ...quiet, axisLabel: { ...text(), color: INK } });
  const values = (data) => ({ type: "value", max: data.max ?? null, axisLabel: text(), splitLine: { lineStyle: { color: "#eef1f4" } } });

  const legend = () => ({ top: 0, left: 0, itemWidth: 12, itemHeight: 12, icon: "rect", textStyle: text() });
  const colour = (part, n) => TONES[part.tone] ?? SERIES[n % SERIES.length];

  const ranking = (data, missing) => ({
    ...base(data, missing),
    grid: { left: 8, right: 72, top: 0, bottom: 0, containLabel: true },
    xAxis: { ...values(data), show: false },
    yAxis: { ...categories(data.items.map((item) => item.name)), inverse: true, axisLine: { show: false } },
    series: [{
      type: "bar", barMaxWidth: 16, barMinHeight: 1, showBackground: true,
      backgroundStyle: { color: "#f1f4f7", borderRadius: 2 },
      label: { show: true, position: "right", color: INK, fontSize: size(), formatter: ({ data: d }) => d.said },
      data: data.items.map((item) => ({
        value: item.value ?? 0,
        said: words(data, missing)(item.value),
        label: { color: item.value === null ? "#8a5a00" : INK },
        itemStyle: { color: item.value === null ? "transparent" : TONES[item.tone] ?? TONES.blue, borderRadius: 2 },
      })),
    }],
    tooltip: { ...base(data, missing).tooltip, valueFormatter: undefined, formatter: ([point]) => `${point.name}  ${point.data.said}` },
  });

  const stacked = (data, missing) => ({
    ...base(data, missing),
    legend: legend(),
    grid: { left: 8, right: 24, top: 36, bottom: 4, containLabel: true },
    xAxis: values(data),
    yAxis: { ...categories(data.categories), inverse: true },
    series: data.series.map((part, n) => ({
      name: part.name, type: "bar", stack: "all", barMaxWidth: 18, data: part.values,
      itemStyle: { color: colour(part, n), borderColor: "#fff", borderWidth: 1 },
    })),
  });

  const line = (data, missing) => ({
    ...base(data, missing),
    legend: data.series.length > 1 ? { ...legend(), icon: undefined, itemWidth: 26 } : undefined,
    grid: { left: 8, right: 32, top: data.series.length > 1 ? 44 : 20, bottom: 4, containLabel: true },
    xAxis: { ...categories(data.categories), boundaryGap: true },
    yAxis: values(data),
    series: data.series.map((part, n) => ({
      name: part.name, type: "line", data: part.values, connectNulls: false, symbol: ["circle", "rect", "triangle", "diamond"][n % 4],
      symbolSize: 7, lineStyle: { width: 2, type: n % 2 ? "dashed" : "solid" }, itemStyle: { color: colour(part, n) },
    })),
  });

  const KINDS = { ranking, stacked, line };
  const rows = (kind, data) => (kind === "line" ? 0 : (data.items ?? data.categories).length);
  const tall = (kind, data) => (kind === "line" ? 280 : Math.max(120, rows(kind, data) * (size() * 1.25 + 14) + (kind === "stacked" ? 68 : 8)));

  const draw = (place) => {
    const { kind, missing } = place.dataset;
    const data = JSON.parse(place.parentElement.querySelector("script").textContent);
    place.style.height = `${tall(kind, data)}px`;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(KINDS[kind](data, missing));
    new ResizeObserver(() => chart.resize()).observe(place);
    window.addEventListener("beforeprint", () => chart.resize({ width: 640 }));
    window.addEventListener("afterprint", () => chart.resize({ width: "auto" }));
  };

  window.lianxi.charts = (root) => root.querySelectorAll(".lx-chart-draw:not([data-drawn])").forEach((place) => {
    place.dataset.drawn = "1";
    draw(place);
  });
})();
