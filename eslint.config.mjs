import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    // The kernels are AssemblyScript, which only looks like TypeScript; asc checks them.
    ignores: [
      'dist/',
      'docs-site/',
      'node_modules/',
      'runs/',
      'bench/peers/',
      // Compiled with the types of packages that are not installed here, in test/bundlers and test/first-day.
      'examples/first-day/next-page/',
      'examples/first-day/hono-server/',
      'examples/first-day/fine-tune-onnx/',
      'src/**/kernels/',
      '**/*.mjs',
      '**/*.cjs',
      '**/*.js',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // Numerical code indexes typed arrays whose bounds it knows, and prints numbers.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // An index into a list is typed without `undefined` here, so checks for it look unnecessary but are not.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `(value, i) => (y.data[i] = f(value))` is this project's plain notation in reference implementations.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Shared interfaces are asynchronous even where one implementation is not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-dynamic-delete': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' }],
    },
  },
);
