#!/usr/bin/env node
/** Entry point of the `model-serving` command. */
import { isatty } from "node:tty";
import { isColorSupported } from "picocolors";
import { EXIT_BAD_INPUT } from "./exitCodes";
import { run } from "./program";

let isTold = false;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Somebody who reads only the first lines (`| head`) is no error.
  if (error.code === "EPIPE" || isTold) return;
  isTold = true;
  process.exitCode = EXIT_BAD_INPUT;
  process.stderr.write(`error: standard output: cannot be written: ${error.message}\n`);
});

process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exitCode = EXIT_BAD_INPUT;
});

process.exitCode = run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  // `process.stdout.isTTY` is undefined in a pipe, which picocolors takes for yes where CI is set.
  color: isatty(1) && isColorSupported,
  ...(process.stdout.isTTY && { width: Math.min(process.stdout.columns, 120) }),
});
