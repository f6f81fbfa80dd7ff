/**
 * A search box with suggestions, after the ARIA 1.2 combobox pattern (list autocomplete, manual selection).
 *
 * The markup works without this file: the form is sent with what was typed, and the server answers with radios.
 *
 *   <div data-typeahead data-url="/places/schools/suggest" data-min="2">
 *     <input type="text" id="id_school" name="school_text">
 *     <input type="hidden" name="school">
 *   </div>
 *
 * The address in data-url is asked with ?q=text and answers
 *   {"results": [{"value": "100045", "text": "Gospel Oak School", "hint": "Camden, NW5"}], "more": false}
 */

const WAIT_MS = 180;
let counter = 0;

class Typeahead {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector('input[type="text"], input[type="search"]');
    this.value = root.querySelector('input[type="hidden"][data-typeahead-value]');
    if (!this.input || !this.value || !root.dataset.url) return;
    this.minimum = Number(root.dataset.min || 2);
    this.answers = new Map();
    this.results = [];
    this.active = -1;
    this.chosen = this.value.value ? this.input.value : null;
    this.build();
    this.listen();
  }

  build() {
    const id = `${this.input.id || "typeahead"}-${(counter += 1)}`;
    this.list = document.createElement("ul");
    this.list.id = `${id}-list`;
    this.list.className = "cf-typeahead__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.root.dataset.listLabel || "Suggestions");
    this.list.hidden = true;

    this.status = document.createElement("div");
    this.status.className = "govuk-visually-hidden";
    this.status.setAttribute("role", "status");
    this.status.setAttribute("aria-live", "polite");

    this.root.append(this.list, this.status);
    this.root.classList.add("cf-typeahead--enhanced");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("autocomplete", "off");
    this.input.setAttribute("autocapitalize", "none");
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("focus", () => {
      if (this.results.length && this.chosen !== this.input.value) this.open();
    });
    // mousedown comes before blur: keep the focus in the box, so that the list stays until the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  typed() {
    if (this.input.value !== this.chosen) {
      this.chosen = null;
      this.value.value = "";
    }
    window.clearTimeout(this.timer);
    const query = this.input.value.trim();
    if (query.length < this.minimum) {
      this.results = [];
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => this.ask(query), WAIT_MS);
  }

  async ask(query) {
    try {
      let answer = this.answers.get(query);
      if (!answer) {
        if (this.request) this.request.abort();
        this.request = new AbortController();
        const url = new URL(this.root.dataset.url, window.location.href);
        url.searchParams.set("q", query);
        const response = await fetch(url, {
          headers: { Accept: "application/json" },
          credentials: "same-origin",
          signal: this.request.signal,
        });
        if (!response.ok) throw new Error(String(response.status));
        answer = await response.json();
        this.answers.set(query, answer);
      }
      if (this.input.value.trim() === query) this.show(answer, query);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.results = [];
      this.close();
      this.say("Suggestions are not available. Type the name and continue.");
    }
  }

  show(answer, query) {
    this.results = answer.results || [];
    this.active = -1;
    this.list.replaceChildren(...this.results.map((result, index) => this.option(result, index, query)));
    if (!this.results.length) {
      const none = document.createElement("li");
      none.className = "cf-typeahead__none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = this.root.dataset.none || "Nothing found";
      delete none.dataset.index;
      this.list.append(none);
    }
    this.open();
    const count = this.results.length;
    const more = answer.more ? " Type more to narrow them down." : "";
    this.say(
      count
        ? `${count} ${count === 1 ? "suggestion" : "suggestions"}. Use the up and down arrows.${more}`
        : this.root.dataset.none || "Nothing found",
    );
  }

  option(result, index, query) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.className = "cf-typeahead__option";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.index = String(index);
    const name = document.createElement("span");
    name.className = "cf-typeahead__name";
    const at = result.text.toLowerCase().indexOf(query.toLowerCase());
    if (at >= 0) {
      const match = document.createElement("strong");
      match.textContent = result.text.slice(at, at + query.length);
      name.append(result.text.slice(0, at), match, result.text.slice(at + query.length));
    } else {
      name.textContent = result.text;
    }
    item.append(name);
    if (result.hint) {
      const hint = document.createElement("span");
      hint.className = "cf-typeahead__hint";
      hint.textContent = ` ${result.hint}`;
      item.append(hint);
    }
    return item;
  }

  key(event) {
    const isOpen = !this.list.hidden;
    switch (event.key) {
      case "ArrowDown":
        event.preventDefault();
        if (!isOpen && this.results.length) this.open();
        this.move(this.active + 1);
        break;
      case "ArrowUp":
        event.preventDefault();
        if (!isOpen && this.results.length) this.open();
        this.move(this.active < 0 ? this.results.length - 1 : this.active - 1);
        break;
      case "Enter":
        if (isOpen && this.active >= 0) {
          event.preventDefault();
          this.choose(this.active);
        }
        break;
      case "Escape":
        if (isOpen) {
          event.preventDefault();
          this.close();
        } else if (this.input.value) {
          this.input.value = "";
          this.typed();
        }
        break;
      case "Home":
      case "End":
        this.move(-1);
        break;
      default:
        break;
    }
  }

  move(to) {
    const options = this.list.querySelectorAll(".cf-typeahead__option");
    if (this.active >= 0 && options[this.active]) {
      options[this.active].setAttribute("aria-selected", "false");
    }
    this.active = to >= options.length ? -1 : to;
    const option = options[this.active];
    if (!option) {
      this.active = -1;
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(index) {
    const result = this.results[index];
    if (!result) return;
    this.input.value = result.text;
    this.value.value = result.value;
    this.chosen = result.text;
    this.close();
    this.say(`${result.text} chosen.`);
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  say(sentence) {
    this.status.textContent = sentence;
  }
}

export function initTypeaheads(scope) {
  for (const root of scope.querySelectorAll("[data-typeahead]")) {
    new Typeahead(root);
  }
}
