import assert from "node:assert/strict";
import {
  defaultServingImage,
  findServingImage,
  imageVersions,
  servingImageFor,
  servingImages,
} from "../../../sdk/catalog/servingImages";

describe("catalogue of serving images", () => {
  it("pins every image, and gives a platform version one image of a server for each kind of hardware", () => {
    for (const { image } of servingImages)
      assert.match(image, /^[a-z0-9./_-]+(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/);
    const images = servingImages.map(({ image }) => image);
    assert.deepEqual([...new Set(images)], images);
    const keys = servingImages
      .filter(({ platformVersion }) => platformVersion !== undefined)
      .map(({ server, vendor, platformVersion }) => `${server} ${vendor} ${platformVersion ?? ""}`);
    assert.deepEqual([...new Set(keys)], keys);
  });

  const defaults: [Parameters<typeof defaultServingImage>, string | undefined][] = [
    [["vllm", "nvidia"], "docker.io/vllm/vllm-openai:v0.21.0"],
    [["vllm", "amd"], "docker.io/vllm/vllm-openai-rocm:v0.21.0"],
    [["vllm", "cpu"], "docker.io/vllm/vllm-openai-cpu:v0.21.0"],
    [["vllm", "nvidia", "2.20"], "quay.io/modh/vllm:rhoai-2.20-cuda"],
    [["vllm", "intel", "2.20"], "quay.io/modh/vllm:rhoai-2.20-gaudi"],
    [["vllm", "nvidia", "3.4"], "docker.io/vllm/vllm-openai:v0.21.0"],
    [["vllm", "intel"], undefined],
    [["mlserver", "cpu"], "docker.io/seldonio/mlserver:1.5.0"],
    [["mlserver", "cpu", "3.4"], "quay.io/opendatahub/mlserver:odh-v3.4"],
    [["tritonserver", "nvidia"], "nvcr.io/nvidia/tritonserver:23.05-py3"],
    [["sglang", "nvidia"], undefined],
  ];
  for (const [[server, vendor, version], image] of defaults) {
    it(`serves ${server} on ${vendor}, platform version ${version ?? "any"}, with ${image ?? "nothing it knows"}`, () => {
      assert.equal(defaultServingImage(server, vendor, version)?.image, image);
    });
  }

  /** @covers RT-41, RT-44 */
  it("goes by the version of the server that the platform brings, or that a person wants", () => {
    const image = (wish: object) => servingImageFor({ server: "vllm", vendor: "nvidia", ...wish })?.image;
    assert.equal(image({ shippedVersion: "0.11.2", platformVersion: "3.2" }), "docker.io/vllm/vllm-openai:v0.11.2");
    assert.equal(image({ shippedVersion: "0.9.1", platformVersion: "3.0" }), "docker.io/vllm/vllm-openai:v0.21.0");
    assert.equal(image({ platformVersion: "2.20" }), "quay.io/modh/vllm:rhoai-2.20-cuda");
    assert.equal(image({ serverVersion: "v0.18.0", platformVersion: "2.20" }), "docker.io/vllm/vllm-openai:v0.18.0");
    assert.equal(image({ serverVersion: "0.5.0" }), undefined);
    assert.deepEqual(imageVersions("mlserver", "cpu"), ["1.5.0", "1.7.1"]);
  });

  const named: [string, string, string | undefined][] = [
    ["quay.io/modh/vllm@sha256:8a3dd8ad6e15fe7b8e5e471037519719d4d8ad3db9d69389f2beded36a6f5b21", "nvidia", undefined],
    ["quay.io/modh/vllm:rhoai-2.20-cuda", "nvidia", "0.8.4"],
    ["quay.io/modh/vllm:rhoai-2.20-rocm", "amd", "0.8.4"],
    ["quay.io/modh/vllm:rhoai-2.20-gaudi", "intel", "0.8.4"],
    ["quay.io/modh/vllm:rhoai-2.20-cpu", "cpu", "0.8.4"],
    ["quay.io/modh/vllm:rhoai-2.21-cuda", "nvidia", undefined],
  ];
  for (const [image, vendor, version] of named) {
    /** @covers RT-43 */
    it(`knows the guides' ${image.slice(0, 40)}`, () => {
      const known = findServingImage(image);
      assert.deepEqual([known?.vendor, known?.serverVersion], [vendor, version]);
    });
  }

  it("says of a given image what it knows", () => {
    assert.equal(findServingImage("quay.io/modh/vllm:rhoai-2.20-cuda")?.serverVersion, "0.8.4");
    assert.equal(findServingImage("example.com/own:1"), undefined);
  });
});
