import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    rules: {
      // tsc says which names nobody defines, and knows what a browser has.
      "no-undef": "off",
      // A parameter that only overriding methods use begins with an underscore.
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
];
