/** What the commands of this folder share: one at a time for each target, and errors without a stack trace. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import { withLock } from "../lock";
import { repositoryPath } from "../repository";
import { stackName } from "./place";

/** Ends the process with the code that `body` answers, or with 1 and the error's message. */
export function run(body: () => Promise<number>): void {
  body().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(pc.red(error instanceof Error ? error.message : String(error)));
      process.exitCode = 1;
    },
  );
}

/** Runs `body` when no other command works on the same target; waits for one that does, and says so. */
export function exclusively<T>(context: string | undefined, body: () => Promise<T>): Promise<T> {
  const folder = repositoryPath(".local");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const waiting = () => {
    console.log("Another make up or make down is at work here; waiting for it.");
  };
  return withLock(folder, join(folder, `${stackName(context)}.lock`), waiting, body);
}
