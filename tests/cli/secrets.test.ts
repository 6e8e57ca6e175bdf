import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../cli/program";
import { manifest, node } from "./fitRun";

const SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: models}\n";
const ADDRESS = "https://u:hunter2@h/x?sig=hunter2";

/** What holds a secret, the exit code of each command, and what it says in its place. */
const files: Record<string, { text: string; codes: [lint: number, plan: number, fit: number]; said: RegExp }> = {
  "a Secret that is no YAML": {
    text: `${SECRET}stringData:\n  token: "hunter2\n  user: me\n`,
    codes: [2, 2, 2],
    said: /m\.yaml:6:3: not valid YAML or JSON: deficient indentation$/m,
  },
  "a Secret of the wrong shape": {
    text: `${SECRET}stringData: hunter2\n`,
    codes: [2, 2, 2],
    said: /Secret models\/s: stringData is not as expected: a mapping$/m,
  },
  "a runtime with the name of an address": {
    text: manifest({ runtime: `"${ADDRESS}"` }),
    codes: [1, 0, 0],
    said: /https:\/\/\[secret\]@h\/x\?\[secret\]/,
  },
};

describe("secrets in manifests", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "secrets-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function output(...args: string[]): { code: number; text: string } {
    let text = "";
    const print = (part: string) => (text += part);
    const code = run(args, { stdout: print, stderr: print, color: false });
    return { code, text };
  }

  for (const [name, { text, codes, said }] of Object.entries(files)) {
    for (const [index, command] of ["lint", "plan", "fit"].entries()) {
      for (const format of ["text", "json"]) {
        it(`are not printed by ${command} as ${format}: ${name}`, () => {
          const [path, nodes] = [join(folder, "m.yaml"), join(folder, "nodes.yaml")];
          writeFileSync(path, text);
          writeFileSync(nodes, node("node-a", "NVIDIA-L4"));
          const printed = output(command, path, "--cluster", nodes, "--format", format);
          assert.equal(printed.code, codes[index], printed.text);
          assert.match(printed.text, said);
          assert.doesNotMatch(printed.text, /hunter2/);
        });
      }
    }
  }
});
