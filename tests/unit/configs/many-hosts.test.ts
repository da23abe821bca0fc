import { placedSpecs, specsOn } from "../../../configs/hosts";
import { hostNames } from "../../../configs/placement";
import { parseSettings } from "../../../configs/settings/settings";
import { onHosts, type Raw } from "../../support/fixtures";

const fleet = (count: number): Raw =>
  onHosts({
    monitoring: {},
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`web-${index}`, {}])),
  });

it("the containers of fifty hosts are worked out once, whichever host asks", () => {
  const settings = parseSettings(fleet(50), "prod");
  const all = placedSpecs(settings);
  const asked = hostNames(settings).flatMap((host) => specsOn(settings, host));
  expect(asked).toHaveLength(all.length);
  expect(asked.every((spec, index) => spec === all[index]?.spec)).toBe(true);
});

it("other settings have containers of their own", () => {
  const one = parseSettings(fleet(1), "prod");
  const two = parseSettings(fleet(2), "prod");
  expect(placedSpecs(two).length).toBeGreaterThan(placedSpecs(one).length);
});
