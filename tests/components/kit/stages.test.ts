import type * as k8s from "@pulumi/kubernetes";
import type { ComponentResource, Resource } from "@pulumi/pulumi";
import { stages } from "../../../components/kit/stages";

const provider = { kind: "provider" } as unknown as k8s.Provider;
const one = { kind: "one" } as unknown as ComponentResource;
const two = { kind: "two" } as unknown as ComponentResource;

test("a stage waits for every stage that is named", () => {
  expect(stages(provider).after(one, two)).toEqual({ providers: [provider], dependsOn: [one, two] });
});

test("a stage that is switched off drops out", () => {
  expect(stages(provider).after(one, undefined, two).dependsOn).toEqual([one, two]);
});

test("a disposable namespace takes the later stages with it, a kept one takes none", () => {
  const namespace = { kind: "namespace" } as unknown as Resource;
  expect(stages(provider).deletedWith(namespace).after(one)).toEqual({ providers: [provider], dependsOn: [one], deletedWith: namespace });
  expect(stages(provider).deletedWith(undefined).after(one)).toEqual({ providers: [provider], dependsOn: [one] });
});
