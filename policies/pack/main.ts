/** Starts the policy pack: loading this module serves it, and prints the port for the engine. */
import { readlinkSync } from "node:fs";
import { resolve } from "node:path";
import { createAnalyzer } from "./analyzer";
import { projectFolder } from "./projectFolder";
import { serve } from "./server";
import { readSettings } from "./settings";

/** Folder of the PulumiPolicy.yaml; the language host starts a pack that is given as a folder there. */
const PACK_FOLDER = resolve(__dirname, "../../../policies/pack");

/** Where the user's project may be: where this process runs, where the engine does, where the user's shell was. */
const folders = [process.cwd(), folderOfParent(), process.env.PWD].filter(
  (folder): folder is string => folder !== undefined && resolve(folder) !== PACK_FOLDER,
);

/** Linux tells; elsewhere a program that starts the engine in another folder names inventories absolutely. */
function folderOfParent(): string | undefined {
  try {
    return readlinkSync(`/proc/${process.ppid}/cwd`);
  } catch {
    return undefined;
  }
}

serve(createAnalyzer(), (config, project) => readSettings(config, projectFolder(project, folders), process.env)).then(
  (port) => {
    process.stdout.write(`${port}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`the policy pack cannot listen on 127.0.0.1: ${String(error)}\n`);
    process.exitCode = 1;
  },
);

// An engine that was killed says nothing; the end of its pipe does. (A language host gives no pipe to begin with.)
if (require.main === module) process.stdin.resume().on("end", () => process.exit());
