/**
 * Keys for a case of matching: 1 to 5 choose a school, n none, o another school, a also the same words, s put off, u undo.
 *
 * The page works without this file: the keys press what stands on it. It is only loaded while the person has the keys turned on
 * (WCAG 2.1.4), and is silent while something is typed.
 */

const root = document.querySelector("[data-matching-keys]");
const form = document.getElementById("case-form");

function isTyping(target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])'));
}

function choose(value) {
  const radio = form.querySelector(`input[type="radio"][name="answer"][value="${value}"]`);
  if (!radio) return false;
  radio.click();
  return true;
}

function save(value) {
  if (choose(value)) form.requestSubmit();
}

function search() {
  if (choose("other")) form.querySelector('input[name="school_text"]')?.focus();
}

function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  const pressed = event.key.toLowerCase();
  const actions = {
    n: () => save("none"),
    o: search,
    a: () => form.querySelector('input[name="same_words"]')?.click(),
    s: () => form.querySelector('button[data-key="s"]')?.click(),
    u: () => document.querySelector('button[data-key="u"]')?.click(),
  };
  if (/^[1-5]$/.test(pressed)) {
    const radios = [...form.querySelectorAll('input[type="radio"][name="answer"]')].filter((one) => /^[0-9]+$/.test(one.value));
    const radio = radios[Number(pressed) - 1];
    if (!radio) return;
    event.preventDefault();
    save(radio.value);
  } else if (actions[pressed]) {
    event.preventDefault();
    actions[pressed]();
  }
}

if (root && form) document.addEventListener("keydown", key);
