#!/usr/bin/env node
/** Entry point of the `model-serving` command. */
import { isatty } from "node:tty";
import { isColorSupported } from "picocolors";
import { run } from "./program";

// Somebody who reads only the first lines (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  // `process.stdout.isTTY` is undefined in a pipe, which picocolors takes for yes where CI is set.
  color: isatty(1) && isColorSupported,
  ...(process.stdout.isTTY && { width: Math.min(process.stdout.columns, 120) }),
});
