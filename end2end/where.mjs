// Where things are: the browser, the binary, the state that specs share.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of the project. */
export const root = join(here, "..");
/** The folder of everything a run leaves for its own later steps. */
export const stateFolder = join(root, "target", "end2end-state");

/** The browser of this machine. */
export function chromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execSync(`command -v ${name}`, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error("No Chromium found. Run make browser.");
}

/** The binary under test: WXDESK_BIN, or the debug build. */
export function binary() {
  const file = process.env.WXDESK_BIN ?? join(root, "target", "debug", "wxdesk");
  if (!existsSync(file)) throw new Error(`${file} is missing. Run cargo build.`);
  return file;
}

/** Keeps what the start found out. */
export function remember(state) {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(join(stateFolder, "state.json"), JSON.stringify(state));
}

/** What the start found out: { base, sandbox, ops, setup, data, pid }. */
export function recall() {
  return JSON.parse(readFileSync(join(stateFolder, "state.json"), "utf8"));
}
