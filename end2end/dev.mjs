// make dev: rebuilds and restarts on every change of source, style, assets or migrations.
import { spawn, spawnSync } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { root } from "./where.mjs";

let server;
let timer;
let building = false;
let again = false;

function build() {
  if (building) {
    again = true;
    return;
  }
  building = true;
  const steps = [["make", ["web"]], ["cargo", ["build", "--bin", "wxdesk"]]];
  const fine = steps.every(([command, words]) => spawnSync(command, words, { cwd: root, stdio: "inherit" }).status === 0);
  if (fine) restart();
  building = false;
  if (again) {
    again = false;
    build();
  }
}

function restart() {
  const next = () => {
    server = spawn(join(root, "target", "debug", "wxdesk"), ["serve", "--sandbox"], { cwd: root, stdio: "inherit" });
  };
  if (server && server.exitCode === null) {
    server.once("exit", next);
    server.kill("SIGTERM");
  } else {
    next();
  }
}

for (const folder of ["src", "style", "public", "migrations"]) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(build, 150);
  });
}
process.on("SIGINT", () => {
  server?.kill("SIGTERM");
  process.exit(0);
});
build();
