// Starts the binary on free ports with an empty data folder, and waits for its set-up link.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, remember, stateFolder } from "./where.mjs";

/** A port nobody listens on, below those that outgoing connections take meanwhile. */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const free = await new Promise((resolve) => server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)));
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Starts `wxdesk serve --sandbox` in a folder of its own. */
export async function start(folder = mkdtempSync(join(tmpdir(), "wxdesk-e2e-"))) {
  const [port, ops, platform] = [await freePort(), await freePort(), await freePort()];
  const log = openSync(join(folder, "server.log"), "a");
  const child = spawn(
    binary(),
    ["serve", "--sandbox", "--listen", `127.0.0.1:${port}`, "--ops-listen", `127.0.0.1:${ops}`, "--sandbox-listen", `127.0.0.1:${platform}`],
    { env: { ...process.env, WXDESK_DATA: join(folder, "data"), WXDESK_LOG: "info" }, stdio: ["ignore", "pipe", log], detached: true },
  );
  let said = "";
  const setup = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no set-up link within 60 s; the server said: ${said}`)), 60_000);
    child.once("exit", (code) => reject(new Error(`the server stopped with ${code}: ${said}; see ${join(folder, "server.log")}`)));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = said.match(/^Set up: (\S+)$/m);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    });
  });
  child.unref();
  child.stdout.unref();
  return { base: `http://127.0.0.1:${port}`, ops: `http://127.0.0.1:${ops}`, sandbox: `http://127.0.0.1:${platform}`, setup, folder, pid: child.pid };
}

export default async function globalStart() {
  rmSync(stateFolder, { recursive: true, force: true });
  remember(await start());
}
