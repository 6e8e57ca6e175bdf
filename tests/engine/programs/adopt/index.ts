import * as pulumi from "@pulumi/pulumi";
import { ServingRuntime } from "pulumi-model-serving";

const config = new pulumi.Config();

/** The child is imported as the component makes it; the first `pulumi up` afterwards may leave the transform out. */
const adopt: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime"
    ? { props, opts: { ...opts, import: "adopt/shared" } }
    : undefined;

new ServingRuntime(
  "shared",
  { namespace: "adopt", accelerator: "nvidia.com/gpu", image: config.require("image") },
  config.getBoolean("adopt") === true ? { transforms: [adopt] } : {},
);
