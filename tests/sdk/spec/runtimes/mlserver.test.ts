import assert from "node:assert/strict";
import { findMlserverFramework, mlserverFrameworks } from "../../../../sdk/catalog/mlserver";
import { findServingRuntime } from "../../../../sdk/catalog/servingRuntimes";
import {
  frameworkProblems,
  isWellKnown,
  mlserverDefaults,
  mlserverVariables,
  modelFileProblems,
  settingsFileProblems,
  untestedVariables,
} from "../../../../sdk/spec/runtimes/mlserver";
import type { Problem } from "../../../../sdk/spec/schema/problem";

const messages = (problems: readonly Problem[]): string[] => problems.map(({ message }) => message);

describe("models on MLServer", () => {
  /** @covers RT-27, RT-26 */
  it("are of the frameworks that the runtime lists, each with its class", () => {
    const formats = findServingRuntime("mlserver-runtime")?.spec.supportedModelFormats ?? [];
    assert.deepEqual(
      mlserverFrameworks.map(({ name }) => name).sort(),
      [...new Set(formats.map(({ name }) => name))].sort(),
    );
    assert.deepEqual(
      mlserverFrameworks.map(({ displayName, modelClass }) => [displayName, modelClass]),
      [
        ["LightGBM", "mlserver_lightgbm.LightGBMModel"],
        ["ONNX", "mlserver_onnx.OnnxModel"],
        ["Scikit-learn", "mlserver_sklearn.SKLearnModel"],
        ["XGBoost", "mlserver_xgboost.XGBoostModel"],
      ],
    );
    const cuda = findServingRuntime("mlserver-cuda-runtime")?.spec.supportedModelFormats;
    assert.deepEqual(cuda, [{ name: "onnx", version: "1" }]);
  });

  const frameworks: [string, string | undefined][] = [
    ["sklearn", undefined],
    [
      "Scikit-learn",
      '"Scikit-learn" is not a framework that MLServer serves here (lightgbm, onnx, sklearn, xgboost); did you mean sklearn?',
    ],
    [
      "xgbost",
      '"xgbost" is not a framework that MLServer serves here (lightgbm, onnx, sklearn, xgboost); did you mean xgboost?',
    ],
    ["pytorch", '"pytorch" is not a framework that MLServer serves here (lightgbm, onnx, sklearn, xgboost)'],
  ];
  for (const [framework, message] of frameworks) {
    /** @covers RT-27 */
    it(`${framework} is ${message === undefined ? "served" : "refused"}`, () => {
      assert.deepEqual(messages(frameworkProblems(framework)), message === undefined ? [] : [message]);
    });
  }

  const files: [string, string | undefined, string | undefined][] = [
    ["lightgbm", "model.bst", undefined],
    ["onnx", "model.onnx", undefined],
    ["sklearn", "model.joblib", undefined],
    ["sklearn", "model.pickle", undefined],
    ["sklearn", "model.pkl", undefined],
    ["xgboost", "model.bst", undefined],
    ["xgboost", "model.json", undefined],
    ["xgboost", "model.ubj", undefined],
    ["sklearn", undefined, undefined],
    ["sklearn", "model.json", "/mnt/models/model.json"],
    ["sklearn", "my-custom-model.pkl", "/mnt/models/my-custom-model.pkl"],
    ["sklearn", "subfolder/model.pkl", "/mnt/models/subfolder/model.pkl"],
    ["sklearn", "modèle été.pkl", "/mnt/models/modèle été.pkl"],
  ];
  for (const [framework, modelFile, uri] of files) {
    /** @covers RT-29, RT-30 */
    it(`${modelFile ?? "no file"} of ${framework} needs ${uri ?? "nothing"}`, () => {
      assert.equal(isWellKnown({ framework, modelFile }), uri === undefined);
      const expected = uri === undefined ? [] : [{ name: "MLSERVER_MODEL_URI", value: uri }];
      assert.deepEqual(mlserverVariables({ framework, modelFile }), expected);
    });
  }

  const paths: [string, string | undefined][] = [
    ["trained/model.pkl", undefined],
    ["/mnt/models/model.pkl", '"/mnt/models/model.pkl": paths begin in the model\'s folder; did you mean model.pkl?'],
    ["../model.pkl", '"../model.pkl" is not a path below the model\'s folder, such as subfolder/model.pkl'],
    ["/etc/passwd", '"/etc/passwd" is not a path below the model\'s folder, such as subfolder/model.pkl'],
    ["", '"" is not a path below the model\'s folder, such as subfolder/model.pkl'],
  ];
  for (const [path, message] of paths) {
    it(`the path ${JSON.stringify(path)} is ${message === undefined ? "right" : "wrong"}`, () => {
      assert.deepEqual(messages(modelFileProblems(path)), message === undefined ? [] : [message]);
    });
  }

  /** @covers RT-28 */
  it("get name, class and place from KServe", () => {
    for (const { name: framework, modelClass } of mlserverFrameworks) {
      assert.deepEqual(mlserverDefaults("churn", { framework }), {
        modelClass,
        protocolVersion: "v2",
        env: [
          { name: "MLSERVER_MODEL_NAME", value: "churn" },
          { name: "MLSERVER_MODEL_URI", value: "/mnt/models" },
        ],
      });
    }
    assert.deepEqual(mlserverDefaults("churn", { framework: "sklearn", modelFile: "a.pkl" }).env, [
      { name: "MLSERVER_MODEL_URI", value: "/mnt/models/a.pkl" },
      { name: "MLSERVER_MODEL_NAME", value: "churn" },
    ]);
    assert.equal(findMlserverFramework("paddle"), undefined);
  });

  const settings: [string, string | undefined][] = [
    ['{"name": "churn", "implementation": "own.Model"}', undefined],
    ['{"name": "other"}', '"other" is another name; clients ask for the model under the name of the service, "churn"'],
    ["{}", 'is missing; clients ask for the model under the name of the service, "churn"'],
    ["[]", "is not a JSON object"],
    ["name: churn", "is not a JSON object"],
  ];
  for (const [content, message] of settings) {
    /** @covers RT-31 */
    it(`the settings file ${content} is ${message === undefined ? "right" : "wrong"}`, () => {
      assert.deepEqual(messages(settingsFileProblems(content, "churn")), message === undefined ? [] : [message]);
    });
  }

  /** @covers RT-32 */
  it("have settings that are tested but not supported", () => {
    const names = [
      "MLSERVER_MODEL_NAME",
      "MLSERVER_MODEL_URI",
      "MLSERVER_HTTP_PORT",
      "MLSERVER_PARALLEL_WORKERS",
      "HOME",
    ];
    assert.deepEqual(untestedVariables(names), ["MLSERVER_PARALLEL_WORKERS"]);
    const ofRuntime = findServingRuntime("mlserver-runtime")?.spec.containers[0]?.env ?? [];
    assert.deepEqual(untestedVariables(ofRuntime.map(({ name }) => name)), []);
  });
});
