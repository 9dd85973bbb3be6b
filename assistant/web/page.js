// The browser's part.  Runs once, as the header's `js_on_load`, with Gradio's `trigger`.
// All text comes as HTML from the server or is set as text here; nothing is parsed as HTML here.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 899px)");
let quotes = []; // the links that the arrows step through
const pointed = new WeakMap(); // where a link pointed when it was last used
let current = -1;
let opener = null; // where the focus returns when the source closes
const seen = { talk: "", source: "", notice: "", turns: 0 };
let busy = false;
let asked = ""; // as it was typed
let patience; // timer
const STOP_AFTER = 1000; // ms from which on a question can be stopped

const announce = (text) => { const live = $("#live"); if (live) live.textContent = text; };

// ── asking ──────────────────────────────────────────────────────────────────────────────────

function wait(question) {
  busy = true;
  const pending = $("#pending .pending");
  const words = document.createElement("p");
  words.className = "question";
  words.dir = "auto";
  words.textContent = question.slice(0, 2000);
  const note = document.createElement("p");
  note.className = "reading";
  note.textContent = "Reading the documents…";
  pending.replaceChildren(words, note);
  document.body.classList.add("asking");
  patience = setTimeout(() => pending.append(stopButton()), STOP_AFTER);
  pending.scrollIntoView({ block: "end" });
}

function done() {
  clearTimeout(patience);
  busy = false;
  document.body.classList.remove("asking");
  $("#pending .pending")?.replaceChildren();
}

const picked = new Set(); // documents that questions keep to; none is all

function tellPicked() {
  const line = $("#kept-to .kept-to");
  if (!line) return;
  const all = document.createElement("button");
  all.type = "button";
  all.className = "undo unpick";
  all.textContent = "Ask all";
  const said = picked.size === 1 ? "1 document" : `${picked.size} documents`;
  line.replaceChildren(...(picked.size ? [`Keeping to ${said}. `, all] : []));
  for (const box of $$("#shelf .pick")) box.checked = picked.has(box.closest("[data-doc]").dataset.doc);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(".expected") || writing) return;
  const { value, dataset } = event.target;
  if (value.trim()) trigger("judge", { turn: Number(dataset.turn), verdict: "wrong", expected: value });
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".pick")) return;
  const { doc } = event.target.closest("[data-doc]").dataset;
  if (event.target.checked) picked.add(doc); else picked.delete(doc);
  tellPicked();
});

function stopButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool stop";
  button.textContent = "Stop";
  return button;
}

function stop() {
  trigger("stop", {});
  done();
  writing = false;
  giveBack();
  $("#question textarea").focus();
}

function giveBack() {
  if (!$("#question textarea").value) fill(asked);
}

function tell(text) {
  const line = document.createElement("p");
  line.className = "notice failed";
  line.setAttribute("role", "alert");
  line.textContent = text;
  $("#kept-to .away")?.replaceChildren(line);
}

function keepQuestion(words) {
  try { sessionStorage.setItem("assistant-question", words); } catch { /* private */ }
}

async function ask(words) {
  asked = words;
  keepQuestion("");
  $("#kept-to .away")?.replaceChildren();
  if (words.trim()) wait(words.trim());
  trigger("ask", { question: words, documents: [...picked] });
  try { // Gradio waits for a server that is away
    await fetch("robots.txt", { cache: "no-store", signal: AbortSignal.timeout(5000) });
  } catch {
    if (!busy) return;
    done();
    giveBack();
    keepQuestion(asked); // Gradio loads the page anew when the server is back
    tell("The server does not answer. Your question is kept here: ask again when it is back.");
  }
}

function fill(words) {
  const box = $("#question textarea");
  box.value = words;
  box.dispatchEvent(new Event("input", { bubbles: true })); // so that Gradio knows
}

// Not left to Gradio: it would empty the box some milliseconds later, with what is typed by then.
function submit(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (busy) return;
  const words = $("#question textarea").value;
  fill("");
  ask(words);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (event.target.matches?.("#question textarea")) submit(event);
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#question .submit-button")) submit(event);
}, true);

// ── the source ──────────────────────────────────────────────────────────────────────────────

function place(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return fields.has("doc") ? Object.fromEntries(fields) : null;
}

let request = 0;
let byItself = false; // whether the source opens beside an answer, not for a click
let wanted = null; // what the source pane is to show: the last thing asked for

function show(what) {
  wanted = { ...what, request: ++request };
  trigger("show", wanted);
}

function open(hash, links = [], index = -1) {
  const what = place(hash);
  if (!what) return;
  quotes = links;
  current = index;
  const address = location.pathname + location.search + hash;
  // On a phone the source covers the talk, and Back closes it.
  const covers = narrow.matches && !document.body.classList.contains("reading-source");
  if (covers && location.hash !== hash) history.pushState({ covers: true }, "", address);
  else history.replaceState(history.state, "", address);
  document.body.classList.add("reading-source");
  for (const link of $$("a.place[aria-current]")) link.removeAttribute("aria-current");
  if (links[index]) links[index].setAttribute("aria-current", "true");
  show(what);
}

function openLink(link) {
  const list = link.closest(".quotes");
  const links = list ? $$("a.place", list) : [];
  opener = link;
  for (const one of links) pointed.set(one, one.hash);
  open(link.getAttribute("href"), links, links.indexOf(link));
}

function step(by) {
  const next = quotes[current + by];
  if (!next) return;
  next.closest("details")?.setAttribute("open", "");
  const inTalk = !narrow.matches && !document.activeElement?.closest?.("#source");
  if (inTalk && !document.activeElement?.matches?.("textarea")) next.focus();
  opener = next;
  next.scrollIntoView({ block: "nearest" });
  open(next.getAttribute("href"), quotes, current + by);
}

function shut() {
  document.body.classList.remove("reading-source");
  history.replaceState(null, "", location.pathname + location.search);
  for (const link of $$("a.place[aria-current]")) link.removeAttribute("aria-current");
  quotes = [];
  current = -1;
  show({});
}

function close() {
  if (history.state?.covers) { history.back(); return; } // on to `popstate`
  shut();
  refocus();
}

function refocus() {
  (opener?.isConnected ? opener : $("#question textarea"))?.focus();
}

// Of a table wider than the pane, brings what is marked into view.
function scrollAcross(marked, element = marked) {
  const wide = element.closest(".paragraph");
  const past = wide && marked.getBoundingClientRect().right - wide.getBoundingClientRect().right;
  if (past > 0) wide.scrollLeft += past + wide.clientWidth / 3;
}

function sourceChanged(reader) {
  const answered = Number(reader.closest("[data-request]")?.dataset.request ?? request);
  if (answered !== request) { trigger("show", wanted); return; } // an older one came in late
  for (const button of $$(".step", reader)) {
    button.disabled = !quotes[current + Number(button.dataset.step)];
  }
  reader.classList.toggle("several", quotes.length > 1);
  const position = $(".position", reader);
  if (position) position.textContent = quotes.length > 1 ? `${current + 1} of ${quotes.length}` : "";
  const mark = $("mark:not(.head), .mark", reader);
  const text = $(".text", reader);
  if (mark && text) {
    const offset = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += offset - text.clientHeight / 3;
    scrollAcross($("mark.answer", reader) ?? mark);
  } else if (text) text.scrollTop = 0;
  CSS.highlights?.clear();
  found = [];
  foundAt = -1;
  if (finding && $(".finder", reader)) openFinder(reader);
  if (document.body.classList.contains("reading-source")) {
    const title = $("h2", reader)?.textContent ?? "";
    const where = $(".where", reader)?.textContent ?? $(".notice", reader)?.textContent ?? "";
    if (!byItself) announce(`Source: ${title}. ${where}`); // else it would cut off the answer
    byItself = false;
    if (narrow.matches) ($("h2", reader) ?? $(".close", reader))?.focus({ preventScroll: true });
  }
}

// Finding marks ranges without touching the text: the document stays to the letter.
let finding = false; // whether the finder is to open with the next text
let found = [];
let foundAt = -1;

function openFinder(reader) {
  finding = false;
  const finder = $(".finder", reader);
  finder.hidden = false;
  $("input", finder).focus();
}

function find(finder) {
  const words = $("input", finder).value.trim().toLowerCase();
  found = [];
  foundAt = -1;
  CSS.highlights.clear();
  for (const block of words ? $$(".paragraph", finder.closest(".reader")) : []) {
    const nodes = [];
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const text = nodes.map((n) => n.data.toLowerCase()).join("");
    const spot = (offset) => { // where an offset of the paragraph is
      for (const node of nodes) {
        if (offset <= node.data.length) return [node, offset];
        offset -= node.data.length;
      }
      return [block, 0];
    };
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
      const range = document.createRange();
      range.setStart(...spot(at));
      range.setEnd(...spot(at + words.length));
      found.push(range);
    }
  }
  CSS.highlights.set("found", new Highlight(...found));
  stepFound(finder, 1);
}

function stepFound(finder, by) {
  const told = $(".found", finder);
  if (!found.length) { told.textContent = $("input", finder).value.trim() ? "not found" : ""; return; }
  foundAt = (foundAt + by + found.length) % found.length;
  told.textContent = `${foundAt + 1} of ${found.length}`;
  CSS.highlights.set("found-now", new Highlight(found[foundAt]));
  const text = $(".text", finder.closest(".reader"));
  const offset = found[foundAt].getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += offset - text.clientHeight / 3;
  scrollAcross(found[foundAt], found[foundAt].startContainer.parentElement);
}

document.addEventListener("input", (event) => {
  const finder = event.target.closest?.(".finder");
  if (finder) find(finder);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches?.(".finder")) event.preventDefault();
}, true);
document.addEventListener("keydown", (event) => {
  const finder = event.target.closest?.(".finder");
  if (!finder || !event.target.matches("input")) return;
  if (event.key === "Enter") { event.preventDefault(); stepFound(finder, event.shiftKey ? -1 : 1); }
  if (event.key === "Escape") {
    event.stopImmediatePropagation();
    finder.hidden = true;
    CSS.highlights.clear();
    $(".text", finder.closest(".reader")).focus();
  }
}, true);

// ── the talk ────────────────────────────────────────────────────────────────────────────────

let writing = false; // whether a language model is at work on the last answer
let focused = null; // the link that had the focus last
document.addEventListener("focusin", (event) => {
  focused = event.target.closest("a.place, a.ref");
  if (focused) pointed.set(focused, focused.hash);
});

// A drawing of the talk has new links, or the old ones made into others: find the ones in use by
// what they are and pointed at.
function relink() {
  const again = (old) => {
    const hash = pointed.get(old) ?? old?.hash;
    return !old || (old.isConnected && old.hash === hash) ? old
      : $$("#talk a").findLast((l) => l.className === old.className && l.hash === hash);
  };
  if (focused && !focused.isConnected) again(focused)?.focus({ preventScroll: true });
  opener = again(opener);
  quotes = quotes.map(again).filter(Boolean);
  quotes[current]?.setAttribute("aria-current", "true");
}

const named = () => new URLSearchParams(location.search).get("talk") ?? "";

// The address names the talk that is shown, so that a reload finds it, and Back the one before.
function address(name, turns, grown) {
  if (name === named() || (!name && turns)) return; // the second: talks are not kept
  const search = name ? `?talk=${encodeURIComponent(name)}` : "";
  history[grown ? "replaceState" : "pushState"](null, "", location.pathname + search);
}

let shownName = named();

function talkChanged(talk) {
  const turns = Number(talk.dataset.turns);
  const name = talk.dataset.talk ?? "";
  const site = $(".masthead").dataset.title;
  document.title = talk.dataset.title ? `${talk.dataset.title} – ${site}` : site;
  if (!seen.ready && !turns && named()) { seen.ready = true; return; } // the talk is on its way
  if (busy && !turns) return; // the first screen, drawn anew behind a question
  const grown = name && !shownName && (turns === seen.turns || turns === 1); // it got its name
  const another = name !== shownName && !grown;
  const before = another || (turns > 1 && !seen.talkSeen) ? turns : seen.turns;
  seen.talkSeen = true;
  if (seen.ready) address(name, turns, grown);
  seen.ready = true;
  shownName = name;
  const wrote = writing;
  seen.turns = turns;
  writing = "writing" in talk.dataset;
  done();
  if (writing) busy = true; // the next question waits for its end
  relink();
  if ((turns === 0 && before > 0) || another) shut();
  const turn = $(`#turn-${turns - 1}`);
  if (wrote && !writing && turn) announce($(".written", turn)?.textContent ?? "");
  if (turns <= before) return;
  $(".question", turn).scrollIntoView({ block: "start" });
  const count = $$(".quote", turn).length;
  const found = !$(".short.none", turn);
  announce($(".short", turn).textContent + (found ? ` ${count} ${count === 1 ? "quote" : "quotes"}.` : ""));
  const first = $("a.place", turn);
  if (narrow.matches) return;
  if (found && first) { byItself = true; openLink(first); opener = null; }
  else if (document.body.classList.contains("reading-source")) shut(); // an earlier answer's source
}

function save(file) {
  if (!file) return;
  const { text, type, ending } = JSON.parse(file);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `talk-${new Date().toISOString().slice(0, 10)}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
window.assistantPage = { save };

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or not a secure address
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.classList.add("did");
  announce("Copied");
  setTimeout(() => button.classList.remove("did"), 1500);
}

// ── events ──────────────────────────────────────────────────────────────────────────────────

document.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const ref = target.closest("a.ref"); // a number in the prose stands for its quote
  const link = ref ? $$("a.place", ref.closest(".turn"))[ref.textContent - 1]
    : target.closest("a.place, a.document");
  if (link) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as links do
    event.preventDefault();
    openLink(link);
    return;
  }
  const card = target.closest("figure.quote");
  if (card) {
    if (String(getSelection())) return; // the reader is selecting words
    openLink($("a.place", card));
    return;
  }
  const talk = target.closest("a.talk-link");
  if (talk) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    trigger("reopen", { talk: talk.closest("[data-talk]").dataset.talk });
    return;
  }
  if (target.matches("dialog")) { target.close(); return; } // beside its box
  const button = target.closest("button");
  if (!button || button.disabled) return;
  if (button.getAttribute("role") === "tab" && button.textContent.trim() === "Talks") {
    trigger("list", {});
  }
  if (button.matches(".example") && !busy) {
    ask(button.dataset.ask);
  } else if (button.matches(".thumb")) {
    if (writing || busy) return; // the talk as it is now would be lost at the end of the answer
    trigger("judge", { turn: Number(button.dataset.turn), verdict: button.dataset.verdict });
  } else if (button.closest("#talk-tools") && button.textContent.includes("New")) done();
  else if (button.matches(".stop")) stop();
  else if (button.matches(".unpick")) { picked.clear(); tellPicked(); }
  else if (button.matches(".undo")) trigger("undo", {});
  else if (button.matches(".act")) act(button);
  else if (button.matches(".copy")) copy(button.dataset.copy, button);
  else if (button.matches(".copy-link")) copy(location.href, button);
  else if (button.matches(".step")) step(Number(button.dataset.step));
  else if (button.matches(".close")) close();
  else if (button.matches(".keys")) $("#keys").showModal();
  else if (button.matches(".only")) askOnly(button.closest("[data-doc]").dataset.doc);
  else if (button.matches(".found-step")) stepFound(button.closest(".finder"), Number(button.dataset.by));
  else if (button.matches(".find")) {
    const reader = button.closest(".reader");
    if ($(".finder", reader)) openFinder(reader);
    else { finding = true; show({ ...wanted, as: "text" }); } // a drawn page has no text
  } else if (button.matches(".theme")) theme(!document.body.classList.contains("dark"));
  else if (button.matches(".as")) {
    const page = button.dataset.as === "page" ? { page: wanted.page ?? (wanted.start ? undefined : 1) } : {};
    show({ ...wanted, ...page, as: button.dataset.as });
  } else if (button.matches(".turn-page")) {
    show({ ...wanted, page: Number(button.dataset.page) });
  } else if (button.matches(".part")) {
    show({ doc: $("#source .reader").dataset.doc, part: Number(button.dataset.part) });
  } else if (button.closest("#question") && $("#question textarea").value.trim() && !busy) {
    wait($("#question textarea").value.trim());
  }
}, true);

const openTab = (name) => $$("#tabs [role=tab]").find((t) => t.textContent.trim() === name)?.click();

function askOnly(doc) {
  picked.clear();
  picked.add(doc);
  tellPicked();
  openTab("Chat");
  setTimeout(() => $("#question textarea").focus(), 50); // once the tab is shown
}

document.addEventListener("keydown", (event) => {
  if ($("#keys")?.open) return;
  const open = document.body.classList.contains("reading-source");
  if (event.key === "Escape" && open) close();
  const typing = event.target.matches?.("textarea, input, select");
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === "?") { event.preventDefault(); $("#keys").showModal(); }
    if (event.key === "/") {
      event.preventDefault();
      openTab("Chat");
      if (narrow.matches && open) close();
      setTimeout(() => $("#question textarea").focus(), 50);
    }
  }
  const among = event.target.closest?.("#source, .quotes");
  const by = event.altKey
    ? { ArrowUp: -1, ArrowDown: 1 }[event.key]
    : !typing && among ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
  if (by && open && !event.ctrlKey && !event.metaKey) { event.preventDefault(); step(by); }
});

// What can be done with a talk that is kept, or a document.
function act(button) {
  const { talk, doc } = button.closest(".row").dataset;
  const what = button.dataset.act;
  if (what === "rename") rename(button.closest(".row"), talk);
  else if (what === "md" || what === "json") trigger("export", { talk, form: what });
  else if (button.classList.contains("surely")) {
    if (what === "remove") trigger("remove", { talk });
    else { trigger("discard", { doc }); picked.delete(doc); }
  } else {
    const label = button.textContent;
    button.classList.add("surely");
    button.textContent = button.dataset.sure;
    button.addEventListener("blur", () => {
      button.classList.remove("surely");
      button.textContent = label;
    }, { once: true });
  }
}

function rename(row, talk) {
  const link = $(".talk-link", row);
  const box = document.createElement("input");
  box.className = "name-talk";
  box.value = $(".title", row).textContent;
  box.setAttribute("aria-label", "A name for this talk");
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && box.value.trim()) trigger("rename", { talk, title: box.value });
    if (event.key === "Escape" || event.key === "Enter") { box.replaceWith(link); link.focus(); }
    event.stopPropagation();
  });
  link.replaceWith(box);
  box.select();
}

// Words, kind and order of a list; kept for when it is drawn anew.
const looks = {};

function arrange(shelf) {
  const name = shelf.closest("#shelf") ? "shelf" : "talks";
  const look = looks[name] ??= { words: "", kind: "", sort: "name" };
  for (const [selector, key] of [[".find-row", "words"], [".kind", "kind"], [".sort", "sort"]]) {
    const box = $(selector, shelf);
    if (box && box.value !== look[key]) box.value = look[key];
    look[key] = box?.value || (key === "sort" ? "name" : ""); // what is not offered any more holds no more
  }
  const words = look.words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of $$(".row", shelf)) {
    row.hidden = !words.every((word) => row.dataset.words.includes(word))
      || Boolean(look.kind && row.dataset.kind !== look.kind);
  }
  if (name !== "shelf") return;
  const by = look.sort.replace("-", "");
  const turn = look.sort.startsWith("-") ? -1 : 1;
  const rows = $$(".row", shelf).sort((a, b) => {
    const [x, y] = [a.dataset[by], b.dataset[by]];
    if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1); // what has no date comes last
    return turn * x.localeCompare(y, undefined, { numeric: true });
  });
  if (rows.some((row, i) => row !== row.parentElement.children[i])) rows[0].parentElement.append(...rows);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const key = [[".find-row", "words"], [".shelf .kind", "kind"], [".shelf .sort", "sort"]]
      .find(([selector]) => event.target.matches?.(selector))?.[1];
    if (!key) return;
    const shelf = event.target.closest(".shelf");
    const name = shelf.closest("#shelf") ? "shelf" : "talks";
    (looks[name] ??= { words: "", kind: "", sort: "name" })[key] = event.target.value;
    arrange(shelf);
  });
}

addEventListener("hashchange", () => { if (place(location.hash)) open(location.hash); });

addEventListener("popstate", () => {
  const reading = document.body.classList.contains("reading-source");
  if (reading && !place(location.hash)) { shut(); refocus(); }
  if (named() !== shownName) trigger("reopen", { talk: named() });
});

function theme(dark) {
  document.body.classList.toggle("dark", dark);
  try { localStorage.setItem("assistant-theme", dark ? "dark" : "light"); } catch { /* private */ }
}
try {
  const chosen = localStorage.getItem("assistant-theme");
  if (chosen) theme(chosen === "dark");
} catch { /* private */ }

let unasked = ""; // what could not be asked before the page was loaded anew
try { unasked = sessionStorage.getItem("assistant-question") ?? ""; } catch { /* private */ }

// Gradio draws #talk and #source when it pleases: each drawing carries a new data-view.
new MutationObserver(() => {
  const talk = $("#talk [data-view]");
  if (talk && talk.dataset.view !== seen.talk) { seen.talk = talk.dataset.view; talkChanged(talk); }
  const reader = $("#source [data-view]");
  if (reader && reader.dataset.view !== seen.source) {
    seen.source = reader.dataset.view;
    sourceChanged(reader);
  }
  const box = $("#question textarea");
  if (unasked && box) {
    if (!box.value) fill(unasked);
    unasked = "";
  }
  const documents = $("#reading-documents [data-view]");
  if (documents && documents.dataset.view !== seen.documents) {
    seen.documents = documents.dataset.view;
    $(".masthead p").textContent = documents.dataset.subtitle;
  }
  const shelf = $("#shelf .shelf");
  if (shelf && shelf !== seen.shelf) { // drawn anew
    seen.shelf = shelf;
    const there = new Set($$("[data-doc]", shelf).map((row) => row.dataset.doc));
    for (const doc of picked) if (!there.has(doc)) picked.delete(doc);
    tellPicked();
    arrange(shelf);
  }
  const notice = $("#notice [data-view]");
  if (notice && notice.dataset.view !== seen.notice) {
    seen.notice = notice.dataset.view;
    done();
    if (notice.matches(".failed")) giveBack();
  }
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-view"] });

if (place(location.hash)) open(location.hash);
