"use strict";
// The search over everything. Its index is made of the page when it is first needed, so that it costs
// nothing to load and cannot differ from what is shown.
(() => {
  const MOST = 60;
  const open = document.getElementById("find");
  const dialog = document.getElementById("finder");
  const input = document.getElementById("finder-words");
  const list = document.getElementById("finder-found");
  const count = document.getElementById("finder-count");
  let index = null;
  let shown = [];
  let at = 0;

  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  // A heading without the mark of its own link.
  const heading = (node) => {
    const copy = node.querySelector("h2, h3, h4").cloneNode(true);
    copy.querySelector(".self")?.remove();
    return words(copy);
  };

  // Entries are requirements, sections, and rows of tables: of a field, a term, a source, a scenario.
  function build() {
    const all = [];
    const add = (node, kind, title, text, where) => all.push({
      node, kind, title, text, where, low: title.toLowerCase(), all: `${title} ${text} ${where}`.toLowerCase(),
    });
    for (const rule of document.querySelectorAll("article.rule")) {
      add(rule, "requirement", words(rule.querySelector("h4")), words(rule.querySelector("p:not(.tags)")),
        `${words(rule.querySelector(".tags"))} ${words(rule.querySelector(".why"))}`);
    }
    for (const section of document.querySelectorAll("main section[id]")) {
      const title = heading(section);
      const text = [...section.children].find((child) => child.localName === "p" && !child.className);
      const is = section.id.startsWith("payload-") ? "payload"
        : section.querySelector(":scope > .request") ? "call" : "section";
      const path = section.querySelector(":scope > .request");
      add(section, is, title, text ? words(text) : "", path ? words(path) : "");
      for (const table of section.querySelectorAll(":scope > .wide > table, :scope > details > .wide > table")) {
        const kind = table.tHead.rows[0].cells[0].textContent.toLowerCase();
        // Those that list requirements again are found in the catalogue.
        if (kind === "requirement") continue;
        for (const row of table.tBodies[0].rows) {
          const [first, ...rest] = [...row.cells].map(words);
          const name = kind || "step";
          add(row, name, first, rest.filter(Boolean).join(" · "), title);
        }
      }
    }
    return all;
  }

  // All words must be found; the better the title fits, the further up.
  function rank(entry, wanted, whole) {
    if (!wanted.every((word) => entry.all.includes(word))) return 0;
    if (entry.low === whole) return 6;
    const kind = entry.kind === "scenario" || entry.kind === "step" ? 0 : .5;
    if (entry.low.startsWith(whole)) return 4 + kind;
    if (wanted.every((word) => entry.low.includes(word))) return 2 + kind;
    return 1 + kind;
  }

  function show() {
    index ??= build();
    const whole = input.value.toLowerCase().trim().replace(/\s+/g, " ");
    const wanted = whole.split(" ").filter(Boolean);
    const ranked = wanted.length
      ? index.map((entry, place) => [rank(entry, wanted, whole), place, entry]).filter(([value]) => value > 0)
      : [];
    ranked.sort(([a, before], [b, after]) => b - a || before - after);
    shown = ranked.slice(0, MOST).map(([, , entry]) => entry);
    list.replaceChildren(...shown.map((entry, place) => {
      const item = document.createElement("li");
      item.id = `found-${place}`;
      item.setAttribute("role", "option");
      const [title, kind, text] = ["b", "i", "span"].map((name) => document.createElement(name));
      title.textContent = entry.title;
      kind.textContent = entry.kind === "section" ? "" : entry.kind;
      const where = entry.kind === "requirement" ? "" : entry.where;
      text.textContent = [where, entry.text].filter(Boolean).join(": ").slice(0, 200);
      item.append(title, kind, text);
      return item;
    }));
    count.textContent = !wanted.length ? `${index.length} entries`
      : ranked.length > MOST ? `${ranked.length} found, the first ${MOST} shown` : `${ranked.length} found`;
    mark(0);
  }

  function mark(place) {
    at = Math.max(0, Math.min(place, shown.length - 1));
    [...list.children].forEach((item, each) => item.setAttribute("aria-selected", each === at));
    const item = list.children[at];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  // What has an anchor is gone to by it, so that the way back works. What has none is shown.
  function go(entry) {
    if (!entry) return;
    dialog.close();
    const { node } = entry;
    const anchor = node.id ? node : node.closest("[id]");
    if (location.hash === `#${anchor.id}`) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = anchor.id;
    if (node === anchor) return;
    setTimeout(() => {
      for (let each = node.parentElement; each; each = each.parentElement) {
        if (each.localName === "details") each.open = true;
      }
      node.scrollIntoView({ block: "center", behavior: "instant" });
      document.querySelector(".found")?.classList.remove("found");
      node.classList.add("found");
    });
  }

  function start() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    show();
  }

  open.hidden = false;
  open.addEventListener("click", start);
  input.addEventListener("input", show);
  dialog.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) go(shown[[...list.children].indexOf(item)]);
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
    if (event.key in moves) {
      event.preventDefault();
      mark(moves[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(shown[at]);
    }
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, [contenteditable]");
    const asked = (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey)
      || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!asked) return;
    event.preventDefault();
    start();
  });
})();
