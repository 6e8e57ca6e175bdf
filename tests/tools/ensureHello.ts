/** A process that builds the tool of a sandbox; tests kill it. Argument: the toolchain's settings as JSON. */
import { openToolchain, type ToolchainSettings } from "../../tools/toolchain/toolchain";

const settings = JSON.parse(process.argv[2] ?? "{}") as Omit<ToolchainSettings<"hello">, "output">;
openToolchain({ ...settings, output: process.stderr })
  .ensure(["hello"])
  .catch(() => {
    process.exitCode = 1;
  });
