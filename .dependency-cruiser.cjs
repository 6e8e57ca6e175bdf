/** The direction of imports, as docs/architecture.md states it: `sdk` <- `components`, `policies` <- `cli`, `stack.ts`. */
const published = "^(sdk|components|policies|cli|index\\.ts|stack\\.ts)";

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "sdk-stands-alone",
      comment: "sdk/ is what the field knows; it must be usable without components, policies or the CLI.",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: "^(components|policies|cli|provider|examples|tools|tests|index\\.ts|stack\\.ts)" },
    },
    {
      name: "sdk-without-pulumi",
      comment: "Only sdk/kubernetes may name Pulumi, and only its types: the pure code must run without an engine.",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: "node_modules/@pulumi", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "components-know-no-policies",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(policies|cli)/" },
    },
    {
      name: "policies-know-no-components",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: "^(components|cli)/" },
    },
    {
      name: "world-judges-nothing",
      comment: "policies/world is what there is; what it means for memory and updates is in the rooms above it.",
      severity: "error",
      from: { path: "^policies/world/" },
      to: { path: "^policies/(fit|rollout|rules|report|pack)/" },
    },
    {
      name: "policies-without-pulumi",
      comment: "The CLI judges YAML without Pulumi; only the CrossGuard pack may load it.",
      severity: "error",
      from: { path: "^(policies|cli)/", pathNot: "^policies/pack/" },
      to: { path: "node_modules/@pulumi", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "cli-without-the-pack",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^policies/pack/" },
    },
    {
      name: "cli-builds-without-components",
      comment: "Of components/ the CLI may use the pure builders only; a component loads Pulumi, which takes seconds.",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^components/", pathNot: "Manifests?\\.ts$" },
    },
    {
      name: "builders-without-pulumi",
      severity: "error",
      from: { path: "^components/.*(Manifests?|Parts|stackArguments)\\.ts$" },
      to: { path: "node_modules/@pulumi", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "tools-are-not-published",
      severity: "error",
      from: { path: published },
      to: { path: "^(tools|tests|examples)/" },
    },
    {
      name: "examples-use-the-package",
      comment: "An example reads as a user's program: through the package's name, or plain @pulumi/kubernetes.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(sdk|components|policies|cli|tools)/" },
    },
    {
      name: "published-code-declares-what-it-loads",
      severity: "error",
      from: { path: published },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    // The folder of the policy pack has a package.json of its own, which declares nothing.
    combinedDependencies: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.work|\\.tools|\\.cluster)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["require", "node", "default", "types"] },
  },
};
