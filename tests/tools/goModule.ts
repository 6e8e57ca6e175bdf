/** A toolchain of one tiny Go module, for tests that need builds to take moments. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findInPath } from "../../tools/toolchain/searchPath";
import { openToolchain, type Toolchain } from "../../tools/toolchain/toolchain";
import type { Tool } from "../../tools/toolchain/tools";

/** Folders of one test, removed by {@link Sandbox.remove}. */
export interface Sandbox {
  /** Folder that is first in the toolchain's PATH. */
  bin: string;
  cache: string;
  links: string;
  /** Everything printed so far. */
  printed(): string;
  toolchain(overrides?: { tool?: Partial<Tool>; path?: string[] }): Toolchain<"hello">;
  /** A shell script as an executable of a folder. */
  script(name: string, body: string, folder?: string): string;
  remove(): void;
}

/** The folder of the Go that runs these tests. */
export const goFolder = dirname(findInPath("go", process.env.PATH ?? "") ?? "/no-go/go");

/** The tool's version is what PATH rules are tested with; it prints the one it was linked with. */
const HELLO: Tool = {
  version: "1.2.3",
  module: "hello",
  package: "example.test/hello/cmd/hello",
  seconds: 1,
  ldflags: "-s -w -X main.version={version}",
  path: { versionArgs: ["--version"], from: "1.2.0", below: "2.0.0" },
};

const MAIN = `package main

import "fmt"

var version = "none"

func main() { fmt.Println("hello", version) }
`;

export function openSandbox(): Sandbox {
  const root = mkdtempSync(join(tmpdir(), "model-serving-toolchain-"));
  const [bin, cache, links] = [join(root, "bin"), join(root, "cache"), join(root, "links")];
  mkdirSync(bin);
  writeModules(root);
  let printed = "";
  const output = { write: (text: string) => (printed += text) };
  return {
    bin,
    cache,
    links,
    printed: () => printed,
    toolchain: ({ tool = {}, path = [bin, goFolder] } = {}) =>
      openToolchain({
        tools: { hello: { ...HELLO, ...tool } },
        modules: join(root, "modules"),
        cache,
        links,
        env: { ...process.env, PATH: path.join(":"), GOTOOLCHAIN: "local", GOPROXY: `file://${join(root, "proxy")}` },
        output,
      }),
    script: (name, body, folder = bin) => {
      const file = join(folder, name);
      writeFileSync(file, `#!/bin/sh\n${body}\n`);
      chmodSync(file, 0o755);
      return file;
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What a cache holds, except its lock. */
export function cached(sandbox: Sandbox): string[] {
  return existsSync(sandbox.cache) ? readdirSync(sandbox.cache).filter((entry) => entry !== "lock") : [];
}
