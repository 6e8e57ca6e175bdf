/** The Go types that KServe's webhooks decode objects into, told by KServe's own packages. */
import { runGo, ToolchainError } from "../toolchain/go";
import { repositoryPath } from "../repository";

/** The text of sdk/admission/golang/types.json. Takes minutes the first time, while Go compiles KServe's packages. */
export async function goTypes(version: string): Promise<string> {
  const module = repositoryPath("tools", "toolchain", "kserve");
  const program = repositoryPath("tools", "admission", "goTypes.go");
  const { code, stdout, stderr } = await runGo(["run", program], module, process.env);
  if (code !== 0) throw new ToolchainError(`go run ${program}: ${stderr.trim()}`);
  const structures = JSON.parse(stdout) as Record<string, object>;
  const lines = Object.entries(structures).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const from = `"madeFrom": ${JSON.stringify(`pkg/apis of KServe ${version}`)}`;
  return `{\n${from},\n"structures": {\n${lines.join(",\n")}\n}\n}\n`;
}
