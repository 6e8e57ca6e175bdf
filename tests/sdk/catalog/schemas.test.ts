import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { acceleratorFamilySchema, acceleratorSchema, machineShapeSchema } from "../../../sdk/spec/catalog/hardware";
import {
  acceleratorTargetSchema,
  amdDeviceSchema,
  chartSchema,
  nvidiaNodeImageSchema,
  operandImagesSchema,
  operatorSchema,
  vendorOperatorSchema,
} from "../../../sdk/spec/catalog/installation";
import { awsPartitionSchema } from "../../../sdk/spec/catalog/awsPartition";
import { modelEntrySchema } from "../../../sdk/spec/catalog/model";
import {
  crdManifestSchema,
  dashboardFlagsSchema,
  ingressControllerSchema,
  platformFieldsSchema,
  trafficSourcesSchema,
} from "../../../sdk/spec/catalog/platform";
import { mlserverFrameworkSchema, vllmPresetSchema } from "../../../sdk/spec/catalog/recommendations";
import { modelServerSchema, servingImageSchema, servingRuntimeEntrySchema } from "../../../sdk/spec/catalog/software";
import { formatPath } from "../../../sdk/spec/schema/problem";
import { validate } from "../../../sdk/spec/schema/validate";
import { repositoryPath } from "../../../tools/repository";

const schemas: Record<string, z.ZodType> = {
  "acceleratorFamilies.json": acceleratorFamilySchema,
  "acceleratorTargets.json": acceleratorTargetSchema,
  "acceleratorVendors.json": vendorOperatorSchema,
  "accelerators.json": acceleratorSchema,
  "amdDevices.json": amdDeviceSchema,
  "awsPartitions.json": awsPartitionSchema,
  "charts.json": chartSchema,
  "crdManifests.json": crdManifestSchema,
  "ingressControllers.json": ingressControllerSchema,
  "machineShapes.json": machineShapeSchema,
  "mlserver.json": mlserverFrameworkSchema,
  "models.json": modelEntrySchema,
  "nvidiaNodeImages.json": nvidiaNodeImageSchema,
  "operandImages.json": operandImagesSchema,
  "operators.json": operatorSchema,
  "serverArguments.json": modelServerSchema,
  "servingImages.json": servingImageSchema,
  "servingRuntimes.json": servingRuntimeEntrySchema,
  "trafficSources.json": trafficSourcesSchema,
  "vllmPresets.json": vllmPresetSchema,
};

/** Files that are one entry each. */
const documents: Record<string, z.ZodType> = {
  "dashboardFlags.json": dashboardFlagsSchema,
  "platformFields.json": platformFieldsSchema,
};

describe("the JSON files of the catalogue", () => {
  it("each have a schema", () => {
    const files = readdirSync(repositoryPath("sdk/catalog")).filter((name) => name.endsWith(".json"));
    assert.deepEqual(files.sort(), Object.keys({ ...schemas, ...documents }).sort());
  });

  for (const [file, schema] of Object.entries({ ...schemas, ...documents })) {
    it(`${file} holds entries of one shape, without a field that nobody reads`, () => {
      const content = JSON.parse(readFileSync(repositoryPath("sdk/catalog", file), "utf8")) as object;
      const entries = (file in documents ? [content] : Object.values(content)) as Record<string, unknown>[];
      assert.notEqual(entries.length, 0);
      const problems = entries.flatMap((entry, index) => {
        const name = entry.id ?? entry.image ?? entry.server ?? entry.name;
        const label = typeof name === "string" ? name : "";
        return validate(schema, [], entry).problems.map(
          ({ path, message }) => `${index} ${label}: ${formatPath(path)}: ${message}`,
        );
      });
      assert.deepEqual(problems, []);
    });
  }
});
