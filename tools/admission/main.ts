/** `node dist/tools/admission/main.js`: writes what sdk/admission knows of KServe's schemas and Go types. */
import { writeFileSync } from "node:fs";
import { repositoryPath } from "../repository";
import { moduleDir } from "../toolchain/toolchain";
import { tools } from "../toolchain/tools";
import { crdSchemas } from "./crdSchemas";
import { goTypes } from "./goTypes";

/** Every generated file of sdk/admission and what makes its text. */
export const generated: Readonly<Record<string, () => Promise<string>>> = {
  "schema/schemas.json": async () => crdSchemas(await moduleDir("kserve-manager"), tools["kserve-manager"].version),
  "golang/types.json": () => goTypes(tools["kserve-manager"].version),
};

async function main(): Promise<void> {
  for (const [name, text] of Object.entries(generated)) {
    writeFileSync(repositoryPath("sdk", "admission", name), await text());
    console.log(`wrote sdk/admission/${name}`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
