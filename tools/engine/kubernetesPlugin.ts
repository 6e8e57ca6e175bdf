/** Pulumi's Kubernetes plugin, or its stand-in. */
import { repositoryPath } from "../repository";
import type { Engine } from "./engine";
import { providePlugin } from "./plugin";

/** Folder of the stand-in's launcher; what the tests put in PATH. */
export const STAND_IN = repositoryPath("tools", "kubernetes-plugin");

/** @returns one line for the person at the terminal */
export function provideKubernetesPlugin(engine: Engine): Promise<string> {
  return providePlugin(engine, { name: "kubernetes", title: "Kubernetes", standIn: "tools/kubernetes-plugin" });
}
