// Stops the binary in order and takes its folder away.
import { rmSync } from "node:fs";
import { recall } from "./where.mjs";

export default async function globalStop() {
  const { pid, folder } = recall();
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // Already gone.
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  rmSync(folder, { recursive: true, force: true });
}
