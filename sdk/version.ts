/** Version of this package, read at run time: an import would copy package.json into dist/, where it hides the real one. */
import { createRequire } from "node:module";

export const { version } = createRequire(__filename)("pulumi-model-serving/package.json") as { version: string };
