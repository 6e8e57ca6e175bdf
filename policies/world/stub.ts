export interface Argument {
  flag: string;
  value: string | undefined;
  index: number;
  source: "command" | "args";
}
export interface ServerArguments {
  all: Argument[];
  get(flag: string): Argument | undefined;
}

export function readArguments(command: string[] | undefined, args: string[] | undefined): ServerArguments {
  const all: Argument[] = [];
  const read = (list: string[], source: "command" | "args") => {
    for (let i = 0; i < list.length; i++) {
      const token = list[i] ?? "";
      const match = /^(--?[A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(token);
      if (match === null) continue;
      const next = list[i + 1];
      const value = match[2] ?? (next !== undefined && !next.startsWith("-") ? next : undefined);
      const short: Record<string, string> = {
        "-tp": "tensor-parallel-size",
        "-pp": "pipeline-parallel-size",
        "-dp": "data-parallel-size",
      };
      all.push({
        flag: short[match[1] ?? ""] ?? (match[1] ?? "").replace(/^-+/, "").replaceAll("_", "-"),
        value,
        index: i,
        source,
      });
    }
  };
  read(command ?? [], "command");
  read(args ?? [], "args");
  return { all, get: (flag) => all.findLast((a) => a.flag === flag) };
}
