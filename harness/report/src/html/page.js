"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const text = (place) => data.texts[place];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /** An element; what a target sent is only ever set as text. */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // ----- Filters and search -----
  const form = document.querySelector(".filters");
  const rows = all(".requirement");
  const idOf = (row) => row.querySelector(".within").id;
  const index = rows.map((row) => {
    const scenarios = (data.checks[idOf(row)] ?? []).map(([scenario]) => text(scenario));
    return `${row.textContent} ${[...new Set(scenarios)].join(" ")}`.toLowerCase();
  });
  const apply = () => {
    const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = all("select", form).filter((select) => select.value);
    let shown = 0;
    rows.forEach((row, place) => {
      const fits = wanted.every((select) => row.dataset[select.name] === select.value)
        && words.every((word) => index[place].includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
  for (const button of all(".pick")) {
    button.addEventListener("click", () => {
      form.reset();
      form.elements[button.dataset.kind].value = button.dataset.value;
      setTimeout(() => {
        apply();
        document.getElementById("requirements").scrollIntoView();
      });
    });
  }

  // ----- What is shown when it is opened -----
  const reference = (id) => make("a", { class: "ref", href: `#${id}` }, id);
  const toScenario = (id) => (document.getElementById(`scenario-${id}`) ? make("a", { href: `#scenario-${id}` }, id) : id);

  const showChecks = (row) => {
    const place = row.querySelector(".checks");
    if (place.childElementCount) return;
    const list = make("ul");
    for (const [scenario, at, verdict, outcome, count] of data.checks[idOf(row)] ?? []) {
      const where = text(at).startsWith("law: ") ? text(at) : `step ${text(at)}`;
      const many = count > 1 ? ` (${count} times)` : "";
      const seen = text(outcome) ? `, outcome: ${text(outcome)}` : "";
      list.append(make("li", {}, `${text(verdict)}${many}: `, toScenario(text(scenario)), `, ${where}${seen}`));
    }
    place.append(make("p", { class: "quiet" }, "Checks:"), list);
  };

  const pretty = (body) => {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
      return body;
    }
  };
  const showMessage = ([from, to, what, body, at, mark]) => {
    const item = make("li", mark ? { class: "marked" } : {});
    const line = [make("span", { class: "way" }, `${at} ms  ${text(from)} \u2192 ${text(to)}  `), make("code", {}, text(what))];
    if (mark) line.push(" breaks ", reference(mark));
    if (text(body)) {
      const details = make("details", {}, make("summary", {}, ...line));
      details.addEventListener("toggle", () => {
        if (details.open && details.childElementCount === 1) details.append(make("pre", {}, pretty(text(body))));
      });
      item.append(details);
    } else {
      item.append(...line);
    }
    return item;
  };
  const showTrace = (row) => {
    const place = row.querySelector(".trace");
    const steps = data.scenarios[row.dataset.place];
    if (place.childElementCount || !steps) return;
    for (const [label, messages] of steps) {
      place.append(make("h4", {}, text(label)), make("ol", {}, ...messages.map(showMessage)));
    }
  };
  // A details element tells of its opening without bubbling.
  document.addEventListener("toggle", ({ target }) => {
    if (!target.open) return;
    if (target.matches(".requirement")) showChecks(target);
    if (target.matches(".scenario")) showTrace(target);
  }, true);

  /** Opens what is folded around a part of the page, shows what a filter hides of it, and goes there. */
  const reveal = (id) => {
    const part = id && document.getElementById(id);
    if (!part) return;
    for (let at = part; at; at = at.parentElement) {
      if (at.matches(".row")) at.hidden = false;
      if (at.matches("details")) at.open = true;
    }
    const row = part.closest(".row");
    (row ?? part).scrollIntoView();
    (row ? row.querySelector("summary") : part).focus({ preventScroll: true });
  };
  const follow = () => {
    try {
      reveal(decodeURIComponent(location.hash.slice(1)));
    } catch (error) {
      // An address can end in anything; what is no escape names no part of this page.
      if (!(error instanceof URIError)) throw error;
    }
  };
  addEventListener("hashchange", follow);
  follow();

  // ----- Requirement texts on hover, tap and focus -----
  const tip = document.getElementById("tip");
  const hide = () => { tip.hidden = true; };
  const tell = (link) => {
    const rule = data.rules[link.textContent.trim()];
    if (!rule) return;
    tip.replaceChildren(make("b", {}, rule[0]), rule[1]);
    tip.hidden = false;
    const at = link.getBoundingClientRect();
    const below = at.bottom + 8 + tip.offsetHeight < innerHeight;
    tip.style.top = `${Math.max(8, below ? at.bottom + 8 : at.top - 8 - tip.offsetHeight)}px`;
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - tip.offsetWidth - 8))}px`;
    link.setAttribute("aria-describedby", "tip");
  };
  /** Copies a text, and says so for a moment at what was clicked. */
  const copied = (element, what) => {
    const done = () => {
      element.dataset.words ??= element.textContent;
      element.textContent = "Copied";
      setTimeout(() => { element.textContent = element.dataset.words; }, 1500);
    };
    // A browser may refuse: then a link is still in the address bar, and a command can be selected.
    navigator.clipboard?.writeText(what).then(done, () => {});
  };
  const ofReference = (event) => event.target.closest?.(".ref");
  for (const begin of ["mouseover", "focusin"]) {
    document.addEventListener(begin, (event) => ofReference(event) && tell(ofReference(event)));
  }
  for (const end of ["mouseout", "focusout"]) document.addEventListener(end, hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
  const taps = matchMedia("(hover: none)");
  document.addEventListener("click", (event) => {
    const link = ofReference(event);
    // The first tap tells, the second one follows.
    if (link && taps.matches && link.dataset.told !== "yes") {
      event.preventDefault();
      all(".ref[data-told]").forEach((other) => delete other.dataset.told);
      link.dataset.told = "yes";
      tell(link);
      return;
    }
    // Going again to where the address points already changes no hash.
    const inner = event.target.closest('a[href^="#"]');
    if (inner?.getAttribute("href") === location.hash) follow();
    const share = event.target.closest(".share");
    if (share) copied(share, share.href);
    const copy = event.target.closest(".copy");
    if (copy) copied(copy, copy.parentElement.querySelector("code").textContent);
  });
})();
