/** Pulumi's AWS plugin, or the recording stand-in, for programs that make something in AWS. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { repositoryPath } from "../repository";
import type { Engine } from "./engine";
import { providePlugin } from "./plugin";

/** Folder of the stand-in's launcher; what the tests put in PATH. */
export const AWS_STAND_IN = repositoryPath("tools", "aws-plugin");

/** Whether a project names a region of AWS (`aws:region` in the configuration of its Pulumi.yaml). */
export function usesAws(project: string): boolean {
  const { config } = load(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { config?: Record<string, unknown> };
  return config !== undefined && "aws:region" in config;
}

/** @returns one line for the person at the terminal */
export function provideAwsPlugin(engine: Engine): Promise<string> {
  return providePlugin(engine, { name: "aws", title: "AWS", standIn: "tools/aws-plugin" });
}
