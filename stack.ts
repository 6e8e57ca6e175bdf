/** The program `pulumi up` runs at the root of this repository: the stack that its configuration describes. */
import * as pulumi from "@pulumi/pulumi";
import { ServingStack } from "./components/stack/servingStack";
import { readConfiguration } from "./components/stack/configuration";

const stack = new ServingStack("serving", readConfiguration(pulumi.runtime.allConfig()));

/** The models by name: addresses, and a command to try each. */
export const models = stack.models;

/** The models that KubeAI serves, by name. */
export const kubeAiModels = stack.kubeAiModels;
