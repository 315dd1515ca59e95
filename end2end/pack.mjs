// Compresses every file of a folder once, as hard as brotli can, so that the server never does it on the way.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2];
let total = 0;
for (const name of readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name))) {
  const bytes = readFileSync(join(folder, name));
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  writeFileSync(join(folder, `${name}.br`), packed);
  total += packed.length;
  console.log(`${name}: ${bytes.length} bytes, ${packed.length} with brotli`);
}
console.log(`together ${total} bytes with brotli`);
