/** A toolchain of one tiny Go module, for tests that need builds to take moments. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findInPath } from "../../tools/toolchain/searchPath";
import { openToolchain, type Toolchain, type ToolchainSettings } from "../../tools/toolchain/toolchain";
import type { Tool } from "../../tools/toolchain/tools";

/** Folders of one test, removed by {@link Sandbox.remove}. */
export interface Sandbox {
  /** Folder that is first in the toolchain's PATH. */
  bin: string;
  cache: string;
  links: string;
  /** Everything printed so far. */
  printed(): string;
  /** What {@link toolchain} opens, without its output. */
  settings(overrides?: { tool?: Tool; path?: string[] }): Omit<ToolchainSettings<"hello">, "output">;
  toolchain(overrides?: { tool?: Tool; path?: string[] }): Toolchain<"hello">;
  /** A shell script as an executable of a folder. */
  script(name: string, body: string, folder?: string): string;
  remove(): void;
}

/** The folder of the Go that runs these tests. */
export const goFolder = dirname(findInPath("go", process.env.PATH ?? "") ?? "/no-go/go");

/** A tool that prints the version it was linked with; none of PATH can stand in for it. */
export const PINNED: Tool = {
  version: "1.2.3",
  module: "hello",
  package: "example.test/hello/cmd/hello",
  seconds: 1,
  ldflags: "-s -w -X main.version={version}",
};

/** The same, open for executables of PATH. */
export const HELLO: Tool = { ...PINNED, path: { versionArgs: ["--version"], from: "1.2.0", below: "2.0.0" } };

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
  const settings: Sandbox["settings"] = ({ tool = HELLO, path = [bin, goFolder] } = {}) => ({
    tools: { hello: tool },
    modules: join(root, "modules"),
    cache,
    links,
    env: { ...process.env, PATH: path.join(":"), GOTOOLCHAIN: "local", GOPROXY: "off" },
  });
  return {
    bin,
    cache,
    links,
    printed: () => printed,
    settings,
    toolchain: (overrides) => openToolchain({ ...settings(overrides), output }),
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

/** A module that requires another one lying beside it, so that no proxy is asked. */
function writeModules(root: string): void {
  const source = join(root, "source");
  mkdirSync(join(source, "cmd", "hello"), { recursive: true });
  writeFileSync(join(source, "go.mod"), "module example.test/hello\n\ngo 1.26.0\n");
  writeFileSync(join(source, "cmd", "hello", "main.go"), MAIN);
  const module = join(root, "modules", "hello");
  mkdirSync(module, { recursive: true });
  const lines = [
    "module example.test/tools/hello",
    "go 1.26.0",
    `replace example.test/hello => ${source}`,
    "tool example.test/hello/cmd/hello",
    "require example.test/hello v1.2.3 // indirect",
  ];
  writeFileSync(join(module, "go.mod"), `${lines.join("\n\n")}\n`);
  writeFileSync(join(module, "go.sum"), "");
}

/** What a cache holds, except its lock. */
export function cached(sandbox: Sandbox): string[] {
  return existsSync(sandbox.cache) ? readdirSync(sandbox.cache).filter((entry) => entry !== "lock") : [];
}
