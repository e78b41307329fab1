/** @type {import("stylelint").Config} */
export default {
  extends: "stylelint-config-standard",
  rules: {
    // Our classes are named by block, element and modifier: `.card__title--small`.
    "selector-class-pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*(__[a-z0-9]+(-[a-z0-9]+)*)?(--[a-z0-9]+(-[a-z0-9]+)*)?$",
    // The scale of sizes goes below its base: `--step--1` is one step smaller than `--step-0`.
    "custom-property-pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*(--[0-9])?$",
    // Names of fonts are written as their makers write them.
    "value-keyword-case": ["lower", { ignoreProperties: ["/^--font-/"] }],
    // All colours stand in tokens.css, where six digits each line up and are read by the tests of contrast.
    "color-hex-length": "long",
    // Phones from before 2023 do not understand `width >= 56rem`.
    "media-feature-range-notation": "prefix",
    // Safari on phones knows this property by its prefix alone.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["-webkit-text-size-adjust"] }],
    // It compares rules that never meet on one element; cascade layers and flat selectors keep the order here.
    "no-descending-specificity": null,
  },
};
