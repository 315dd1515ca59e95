// The composer's list of templates opens over the page, and its rows follow what is searched for. Without scripts the server does both.
const dialog = document.getElementById("picker");
const find = dialog.querySelector("[name=find]");
const rows = [...dialog.querySelectorAll("[data-words]")];
const shown = () => rows.filter((row) => !row.hidden);

const filter = () => {
  const wanted = find.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.dataset.words.includes(wanted);
  dialog.querySelector("[data-none]").hidden = shown().length > 0;
};
const open = () => {
  dialog.close();
  dialog.showModal();
  find.focus();
};

document.querySelector("[data-pick]").addEventListener("click", (event) => {
  event.preventDefault();
  open();
});
dialog.querySelector("[data-close]").addEventListener("click", (event) => {
  event.preventDefault();
  dialog.close();
});
// Searching is no typing into the draft: it is neither kept nor does it open the list anew with the next button.
dialog.addEventListener("input", (event) => {
  event.stopPropagation();
  filter();
});
dialog.addEventListener("close", () => {
  find.value = "";
  filter();
});
dialog.addEventListener("keydown", (event) => {
  const buttons = shown().map((row) => row.querySelector("button"));
  const at = buttons.indexOf(event.target);
  if (event.key === "Enter" && event.target === find && !event.isComposing) {
    event.preventDefault();
    buttons[0]?.click();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    (buttons[at + 1] ?? buttons.at(-1))?.focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (buttons[at - 1] ?? find).focus();
  }
});
// The server left it open: it was searched or fetched anew.
if (dialog.open) open();
