// What pages gain when JavaScript runs. Every page works without it.
"use strict";

(() => {
  const self = document.currentScript.dataset;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ── libraries come only where a page needs them ────────────────────────────────────────────
  const loaded = {};
  const load = (src) => (loaded[src] ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = done;
    document.head.append(script);
  }));

  const need = (root) => {
    if (root.querySelector(".lx-chart-draw")) {
      load(self.echarts).then(() => load(self.charts)).then(() => window.lianxi.charts(root));
    }
    if (root.querySelector("[x-data]")) load(self.alpine);
  };

  // ── messages that pass ─────────────────────────────────────────────────────────────────────
  const toast = (content) => {
    const box = document.createElement("div");
    box.className = "lx-toast";
    box.append(content);
    document.getElementById("toasts").append(box);
    setTimeout(() => box.remove(), 8000);
  };

  const failed = (event) => {
    const parsed = new DOMParser().parseFromString(event.detail.xhr?.responseText ?? "", "text/html");
    toast(parsed.querySelector(".lx-note") ?? (self.offline || "网络不通，请稍后再试。 The network did not answer."));
  };

  // ── menus and origins of figures ───────────────────────────────────────────────────────────
  const closeMenus = (except) => all("details.lx-menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });

  const setSource = (source, open) => {
    source.classList.toggle("is-open", open);
    source.querySelector("button").setAttribute("aria-expanded", open);
    if (open) place(source);
  };

  const place = (source) => {
    source.classList.remove("is-left");
    const edge = source.querySelector(".lx-source-panel").getBoundingClientRect().right;
    source.classList.toggle("is-left", edge > document.documentElement.clientWidth - 8);
  };

  const closeSources = (except) => all(".lx-source.is-open").forEach((source) => {
    if (source !== except) setSource(source, false);
  });

  document.addEventListener("click", (event) => {
    const source = event.target.closest(".lx-source");
    closeMenus(event.target.closest("details.lx-menu"));
    closeSources(source);
    if (source && event.target.closest(".lx-source-button")) setSource(source, !source.classList.contains("is-open"));
  });

  document.addEventListener("mouseover", (event) => {
    const source = event.target.closest(".lx-source");
    if (source) { source.classList.remove("is-dismissed"); place(source); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.lx-menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    closeSources();
    all(".lx-source:hover").forEach((source) => source.classList.add("is-dismissed"));
  });

  // ── a form is sent once ────────────────────────────────────────────────────────────────────
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    all("button", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });

  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("button", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  // ── start ──────────────────────────────────────────────────────────────────────────────────
  window.lianxi = { toast };
  document.documentElement.classList.add("has-js");
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:afterSwap", () => need(document));
  document.getElementById("error-summary")?.focus();
  need(document);
})();
