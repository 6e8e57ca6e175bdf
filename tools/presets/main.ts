/** `node dist/tools/presets/main.js`: writes `sdk/pod/llm/presets.json` from the pinned KServe module. */
import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { moduleDir } from "../toolchain/toolchain";
import { PRESETS_FILE, readPresets } from "./presets";

async function main(): Promise<void> {
  const text = JSON.stringify(readPresets(await moduleDir("kserve-manager")));
  writeFileSync(PRESETS_FILE, await format(text, { ...(await resolveConfig(PRESETS_FILE)), parser: "json" }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
