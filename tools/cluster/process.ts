/**
 * Long-running processes that outlive the command that started them, and can be told from every other process.
 *
 * Each has a record: process id plus start time. An id alone is reused by the system; the pair is not. A process waits
 * until its record is written before it becomes the program, so nothing runs that is not recorded.
 */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What to run. */
export interface Program {
  /** Unique within a cluster; names the record and the log. */
  name: string;
  /** Absolute path. */
  executable: string;
  args: string[];
  /** The whole environment; nothing is inherited, so that no proxy or kubeconfig of the user steers it. */
  env: Record<string, string>;
}

/** Where records and logs of a group of processes lie. */
export interface ProcessFolders {
  records: string;
  logs: string;
}

/** Becomes the program once the starter says that the record is written; ends when the starter dies before that. */
const WAIT_THEN_EXEC = 'read -r go && [ "$go" = go ] && exec "$@" </dev/null';

/** How long a process may take to end by itself after SIGTERM. */
const TERMINATION_MS = 5_000;

/** Starts a program detached from the terminal; its output is appended to `<logs>/<name>.log`. */
export function startProcess(folders: ProcessFolders, program: Program): void {
  const log = openSync(logFile(folders, program.name), "a", 0o600);
  const child = spawn("/bin/sh", ["-c", WAIT_THEN_EXEC, program.name, program.executable, ...program.args], {
    cwd: folders.logs,
    env: program.env,
    detached: true,
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  const start = child.pid === undefined ? undefined : startTime(child.pid);
  if (child.pid === undefined || start === undefined) throw new Error(`${program.name} could not be started`);
  writeFileSync(join(folders.records, program.name), `${child.pid} ${start}\n`, { mode: 0o600 });
  child.stdin?.end("go\n");
  child.unref();
}

/** Names of the programs that have a record, running or not. */
export function recordedProcesses(folders: ProcessFolders): string[] {
  return existsSync(folders.records) ? readdirSync(folders.records) : [];
}

/** The id of the process that was started under this name, if that very process still runs. */
export function runningProcess(folders: ProcessFolders, name: string): number | undefined {
  const record = join(folders.records, name);
  if (!existsSync(record)) return undefined;
  const [id = "", ...start] = readFileSync(record, "utf8").trim().split(" ");
  const pid = Number(id);
  return Number.isInteger(pid) && pid > 1 && startTime(pid) === start.join(" ") ? pid : undefined;
}

/** Ends recorded processes, all at once and by force when they do not end in time; records of ended ones are removed. */
export async function stopProcesses(folders: ProcessFolders, names: string[], graceMs = TERMINATION_MS): Promise<void> {
  const running = () => names.filter((name) => runningProcess(folders, name) !== undefined);
  signal(folders, running(), "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (running().length > 0 && Date.now() < deadline) await delay(20);
  signal(folders, running(), "SIGKILL");
  while (running().length > 0) await delay(20);
  for (const name of names) rmSync(join(folders.records, name), { force: true });
}

export function logFile(folders: ProcessFolders, name: string): string {
  return join(folders.logs, `${name}.log`);
}

/** The last lines a program wrote. */
export function logTail(folders: ProcessFolders, name: string, lines = 10): string {
  const file = logFile(folders, name);
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n") : "";
}

function signal(folders: ProcessFolders, names: string[], signalName: NodeJS.Signals): void {
  for (const name of names) {
    const pid = runningProcess(folders, name);
    try {
      if (pid !== undefined) process.kill(pid, signalName);
    } catch (error) {
      // It ended between the look and the signal.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** When a living process started, in words of the system that no other process shares; undefined for a dead one. */
function startTime(pid: number): string | undefined {
  return process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the command's name, which may hold spaces and parentheses: state, ..., start time in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return fields[0] === "Z" ? undefined : `${boot} ${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}

function psStartTime(pid: number): string | undefined {
  try {
    const env = { PATH: "/bin:/usr/bin", LC_ALL: "C" };
    const [state = "", ...start] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { env })
      .toString()
      .trim()
      .split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}
