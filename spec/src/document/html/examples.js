"use strict";
// The examples: which language is shown, for all calls at once, and the buttons that copy.
(() => {
  const KEY = "invite-spec-language";
  const exchanges = [...document.querySelectorAll(".exchange .request-side")];

  // A page that was opened from a file may not keep anything.
  const kept = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const keep = (language) => { try { localStorage.setItem(KEY, language); } catch { /* not kept */ } };

  function choose(language) {
    for (const side of exchanges) {
      for (const code of side.querySelectorAll(".code")) {
        code.classList.toggle("chosen", code.dataset.language === language);
      }
      for (const button of side.querySelectorAll(".languages button")) {
        button.setAttribute("aria-pressed", button.value === language);
      }
    }
  }

  for (const side of exchanges) {
    const bar = document.createElement("div");
    bar.className = "languages";
    for (const code of side.querySelectorAll(".code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.value = code.dataset.language;
      button.textContent = code.querySelector("p").textContent;
      bar.append(button);
    }
    side.prepend(bar);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".languages button");
    if (!button) return;
    // What the reader looks at stays where it is, though the examples above it change their heights.
    const before = button.getBoundingClientRect().top;
    keep(button.value);
    choose(button.value);
    scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
  });
  const first = exchanges[0]?.querySelector(".code")?.dataset.language;
  const known = exchanges[0]?.querySelector(`.code[data-language="${CSS.escape(kept() ?? "")}"]`);
  choose(known ? kept() : first);

  async function copy(text) {
    // Only pages from https and localhost have a clipboard.
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("refused");
  }
  for (const pre of document.querySelectorAll("main pre")) {
    const box = pre.closest(".code") ?? pre.parentElement.insertBefore(document.createElement("div"), pre);
    if (!box.contains(pre)) {
      box.className = "code";
      box.append(document.createElement("p"), pre);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await copy(pre.textContent);
        button.textContent = "Copied";
        button.classList.add("copied");
      } catch {
        button.textContent = "Select it by hand";
      }
      setTimeout(() => { button.textContent = "Copy"; button.classList.remove("copied"); }, 2000);
    });
    box.prepend(button);
  }
})();
