// The live page of a meeting: what is typed is never lost, and what others do is seen.
// Each field has a copy on this machine from the first letter until the server has it. Every page works without this.
"use strict";

(() => {
  const root = document.querySelector("[data-sitting]");
  if (!root) return;
  const words = JSON.parse(root.dataset.words || "{}");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const QUIET = 800, LONGEST = 4000, AGAIN = 3000; // milliseconds: a pause in typing; of typing on; after a failure
  const number = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const clock = (at) => at.toTimeString().slice(0, 5);
  const page = number(); // two windows of one browser keep their copies apart

  // ── the copy on this machine: tenant, meeting, person, field; no secret ─────────────────────
  const drawer = `lianxi:${root.dataset.place}:`;
  const kept = {
    put(field, value) { try { localStorage.setItem(`${drawer}${field}:${page}`, JSON.stringify(value)); return true; } catch { return false; } },
    drop(field, of = page) { try { localStorage.removeItem(`${drawer}${field}:${of}`); } catch { /* nothing was kept */ } },
    left(field) {
      const start = `${drawer}${field}:`;
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(start))
          .map((key) => ({ ...JSON.parse(localStorage.getItem(key)), of: key.slice(start.length) }))
          .sort((one, other) => other.at - one.at);
      } catch { return []; }
    },
  };

  // ── the server ─────────────────────────────────────────────────────────────────────────────
  let token = root.dataset.csrf, etag = "", reached = true, looks = 0;
  const said = (text) => text.startsWith("{") ? JSON.parse(text).refused : new DOMParser().parseFromString(text, "text/html").querySelector(".lx-note")?.textContent.trim();
  const ask = async (url, options = {}) => {
    const stop = new AbortController();
    const bell = setTimeout(() => stop.abort(), 15000);
    try {
      const headers = { "HX-Request": "true", ...options.headers };
      const answer = await fetch(url, { ...options, headers, cache: "no-store", signal: stop.signal });
      return { status: answer.status, text: await answer.text(), etag: answer.headers.get("ETag") || "" };
    } catch { return { status: 0, text: "" }; } finally { clearTimeout(bell); }
  };
  const send = (url, fields) => {
    const body = new URLSearchParams(fields);
    // A page that goes may still send a little: browsers refuse more than 64 KB then, and the copy is kept anyway.
    const keepalive = document.hidden && body.toString().length < 60000;
    return ask(url, { method: "POST", body, keepalive, headers: { "X-CSRFToken": token } });
  };

  const why = (answer) => answer.status === 0 || answer.status >= 500 ? words.offline
    : answer.status === 401 || answer.status === 400 ? words.expired
    : said(answer.text) || words.offline;

  // ── a note: saved by small writes, each on top of the version that it saw ──────────────────
  class Note {
    constructor(box) {
      Object.assign(this, { box, form: box.querySelector("form"), area: box.querySelector("textarea"), field: `note-${box.dataset.note}` });
      this.line = box.querySelector("[data-state]");
      Object.assign(this, { base: Number(box.dataset.revision), settles: "", saved: this.area.value, write: number(), since: 0, after: 0 });
      this.area.addEventListener("input", () => this.typed());
      this.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.save(); });
      this.recover();
    }

    get dirty() { return this.area.value !== this.saved; }

    recover() {
      const [newest, ...older] = kept.left(this.field).filter((copy) => copy.text !== this.saved || kept.drop(this.field, copy.of));
      older.forEach((copy) => this.deliver(copy));
      if (!newest) return;
      Object.assign(this, { base: newest.base, settles: newest.settles, write: newest.write });
      this.area.value = newest.text;
      this.keep();
      if (newest.of !== page) kept.drop(this.field, newest.of);
      this.say("unsaved", words.recovered);
      this.later(0);
    }

    async deliver(copy) {
      const answer = await this.post(copy);
      if (answer.status === 200) kept.drop(this.field, copy.of);
    }

    typed() {
      this.write = number();
      this.since ||= Date.now();
      const here = this.keep();
      this.say("unsaved", here ? words.typing : words.unkept);
      this.later(Date.now() - this.since > LONGEST ? 0 : QUIET);
    }

    keep() { return kept.put(this.field, { text: this.area.value, base: this.base, settles: this.settles, write: this.write, at: Date.now() }); }

    later(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), wait); }

    say(state, text) { this.box.dataset.is = state; if (this.line.textContent !== text) this.line.textContent = text; }

    post({ text, base, settles, write }) {
      return send(this.form.action, { agenda_item_id: this.box.dataset.note, text, base, settles, write_id: write, live: "1" });
    }

    async save() {
      if (this.busy || !this.dirty) return;
      this.busy = true;
      const sent = { text: this.area.value, base: this.base, settles: this.settles, write: this.write };
      const answer = await this.post(sent);
      this.busy = false;
      if (answer.status === 200) this.took(sent, JSON.parse(answer.text)); else this.refused(answer);
    }

    took(sent, answer) {
      this.saved = sent.text;
      this.since = 0;
      this.after = looks; // who looked before this was written has not seen it
      if (answer.aside) this.settles = answer.revision;
      else Object.assign(this, { base: answer.revision, settles: "" });
      if (this.dirty) { this.keep(); this.later(QUIET); return; }
      kept.drop(this.field);
      if (answer.aside) this.say("aside", words.aside); else this.say("saved", `${words.saved} ${answer.at}`);
      etag = "";
      watch();
    }

    refused(answer) {
      const lost = answer.status === 0 || answer.status >= 500, out = answer.status === 400 || answer.status === 401;
      this.say("unsaved", why(answer));
      if (lost || out) { etag = ""; reached = false; signal(answer); this.later(AGAIN); }
    }

    // What the server has now. A field in which somebody types is left alone; its next write stands beside.
    heard({ revision, text, said, asides, look }) {
      if (look <= this.after || this.busy || this.dirty) etag = ""; // asked whole again, until it is heard
      if (look <= this.after) return;
      const panel = this.box.querySelector("[data-asides]");
      if (panel.dataset.asides !== asides.dataset.asides) { panel.replaceChildren(asides.content.cloneNode(true)); panel.dataset.asides = asides.dataset.asides; }
      if (this.busy || this.dirty || (this.settles && asides.dataset.asides.split(" ").includes(String(this.settles)))) return;
      if (revision === this.base && !this.settles) return;
      const caret = this.area.selectionStart, theirs = this.area.value !== text;
      if (theirs) this.area.value = text;
      if (theirs && document.activeElement === this.area) this.area.setSelectionRange(caret, caret);
      Object.assign(this, { base: revision, settles: "", saved: this.area.value });
      this.say("saved", `${theirs ? words.updated : words.saved} ${said}`);
    }
  }

  // ── other forms: what is filled in stays until the server has it ───────────────────────────
  const values = (form) => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  const fill = (form, pairs) => all("input, select, textarea", form).forEach((control) => {
    if (control.name === "csrf_token") return;
    const mine = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(control.type)) control.checked = mine.includes(control.value);
    else if (mine.length) control.value = mine[0];
  });

  const keepForm = (form) => {
    const field = `form-${form.dataset.keep}`;
    const line = form.querySelector("[data-state]");
    const say = (text) => { if (line) line.textContent = text; };
    const plain = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, String(value).trim()]));
    const there = (copy) => document.querySelector(`[data-row="${copy.row}"]`) || plain(copy.pairs) === plain(values(form));
    const [newest] = kept.left(field).filter((copy) => !there(copy) || kept.drop(field, copy.of));
    if (newest && !form.querySelector(".lx-wrong")) {
      fill(form, newest.pairs);
      if (form.closest("details")) form.closest("details").open = true;
      kept.put(field, newest);
      if (newest.of !== page) kept.drop(field, newest.of);
      say(words.restored);
    }
    form.addEventListener("input", () => {
      kept.put(field, { pairs: values(form), row: form.elements.write_id?.value, at: Date.now() });
      say(words.here);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      etag = "";
      const answer = await watch();
      delete form.dataset.sent;
      if (![200, 304].includes(answer.status)) { say(why(answer)); return; }
      form.submit();
    });
  };

  // ── what others do ─────────────────────────────────────────────────────────────────────────
  const busyIn = (part) => part.querySelector("details[open] form") || (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, :focus-visible"));
  const show = (text, look) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    token = fresh.querySelector("[data-csrf]")?.dataset.csrf || token;
    all("input[name=csrf_token]").forEach((input) => { input.value = token; });
    all("[data-live]", fresh).forEach((part) => {
      const old = document.querySelector(`[data-live="${part.dataset.live}"]`);
      if (old && !busyIn(old)) old.replaceChildren(...part.childNodes);
    });
    all("template[data-note]", fresh).forEach((note) => {
      const mine = notes.find((one) => one.box.dataset.note === note.dataset.note);
      const asides = note.content.querySelector("template[data-asides]");
      if (mine) mine.heard({ look, revision: Number(note.dataset.revision), said: note.dataset.said, text: note.content.querySelector("textarea").value, asides });
    });
    tick();
  };

  const banner = document.querySelector("[data-reach]");
  const signal = (answer) => { if (banner) { banner.hidden = reached; banner.querySelector("[data-why]").textContent = why(answer); banner.querySelector("a").hidden = ![400, 401].includes(answer.status); } };

  let watching = null, timer = 0;
  const watch = () => (watching ||= ring().finally(() => { watching = null; }));
  const ring = async () => {
    clearTimeout(timer);
    const look = ++looks;
    const answer = await ask(root.dataset.board, { headers: etag ? { "If-None-Match": etag } : {} });
    reached = answer.status === 200 || answer.status === 304;
    if (answer.status === 200) { etag = answer.etag; show(answer.text, look); }
    if (!reached) etag = "";
    signal(answer);
    if (reached) notes.forEach((note) => { if (note.dirty && !note.busy) note.later(0); });
    timer = setTimeout(watch, reached ? Number(root.dataset.every) * 1000 : AGAIN);
    return answer;
  };

  // ── time ───────────────────────────────────────────────────────────────────────────────────
  const skew = Date.now() - Number(root.dataset.now);
  const tick = () => {
    const now = Date.now() - skew;
    all("[data-since]").forEach((element) => {
      const gone = Math.max(0, Number(element.dataset.before) + Math.floor((now - Number(element.dataset.since)) / 1000));
      element.textContent = `${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}`;
      const planned = Number(element.dataset.planned);
      element.classList.toggle("is-over", planned > 0 && gone > planned * 60);
    });
    all("[data-clock]").forEach((element) => { element.textContent = clock(new Date(now)); });
  };

  const notes = all("[data-note]:not(template)").map((box) => new Note(box));
  all("form[data-keep]").forEach(keepForm);
  window.addEventListener("online", () => { etag = ""; watch(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { etag = ""; watch(); } });
  document.addEventListener("visibilitychange", () => { if (document.hidden) notes.forEach((note) => note.save()); else watch(); });
  setInterval(tick, 1000);
  tick();
  timer = setTimeout(watch, notes.some((note) => note.dirty) ? 0 : Number(root.dataset.every) * 1000);
})();
