import { PolicyPack } from "@pulumi/policy";

import { RULES } from "./rules";

new PolicyPack("sightline", {
  policies: RULES.map((rule) => ({
    name: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, urn, props, opts }, report) => {
      const planned = { type, urn, props, protect: opts.protect };
      for (const problem of rule.check(planned)) report(problem);
    },
  })),
});
