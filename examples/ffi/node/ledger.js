// Three communities of Yichang, and the SHA-256 of their problem list. Usage: node ledger.js [FRAMEWORK]
const koffi = require('koffi');
const library = koffi.load('libtijian.so.0');
const Column = koffi.struct('tj_column', {struct_size: 'size_t', name: 'str', type: 'str', values: 'void *', bytes: 'void *',
  validity: 'void *', valid_bytes: 'uint8_t *', offset: 'int64_t'});
const out = koffi.out('void **');
const declare = (name, ...types) => library.func(name, 'int', [...types, out]); // the last is the error's
const tj_framework_shipped = declare('tj_framework_shipped', 'str', out);
const tj_plan_compile = declare('tj_plan_compile', 'void *', out);
const tj_stream_from_columns = declare('tj_stream_from_columns', 'tj_column *', 'size_t', 'int64_t', 'uint64_t', 'void *');
const tj_units_from_arrow = declare('tj_units_from_arrow', 'void *', 'void *', out);
const tj_tally_new = declare('tj_tally_new', 'void *', out);
const tj_tally_add_arrow = declare('tj_tally_add_arrow', 'void *', 'str', 'void *', 'void *');
const tj_tally_assess = declare('tj_tally_assess', 'void *', 'void *', 'void *', out);
const tj_assessment_text = declare('tj_assessment_text', 'void *', 'str', 'str', 'void *', out);
const tj_buffer_data = library.func('str tj_buffer_data(void *buffer)');
const tj_error_message = library.func('str tj_error_message(void *error)');

const owned = []; // handles, with what frees them
function call(tj_function, ...given) {
  const error = [null];
  if (tj_function(...given, error) === 0) return;
  owned.push(['error', error[0]]);
  throw new Error(tj_error_message(error[0]));
}
function make(noun, tj_function, ...given) {
  const handle = [null];
  call(tj_function, ...given, handle);
  owned.push([noun, handle[0]]);
  return handle[0];
}

function stream(rows, ...given) { // of copies: koffi lends JavaScript's values for one call. Whoever reads it releases it.
  const stream = Buffer.alloc(5 * koffi.sizeof('void *')); // struct ArrowArrayStream
  const columns = given.map(column => ({struct_size: koffi.sizeof(Column), ...column}));
  call(tj_stream_from_columns, columns, columns.length, rows, 0, stream);
  return stream;
}
const texts = (name, ...values) => ({name, type: 'strings', values: koffi.as(values, 'const char **')}); // null is null

try {
  const ids = ['上导堤社区', '深圳路社区', '香锦社区'];
  const framework = make('framework', tj_framework_shipped, process.argv[2] ?? 'yichang-2025');
  const plan = make('plan', tj_plan_compile, framework);
  const units = make('units', tj_units_from_arrow, plan, stream(5, texts('id', 'yichang', 'xiling', ...ids),
    texts('level', 'city', 'district', 'community', 'community', 'community'),
    texts('parent', null, 'yichang', 'yichang', 'yichang', 'yichang')));
  const tally = make('tally', tj_tally_new, plan);
  call(tj_tally_add_arrow, tally, 'gaps', stream(3, texts('community_id', ...ids),
    {name: 'parking_gap', type: 'int64', values: BigInt64Array.of(30n, 460n, 820n)},
    {name: 'charger_gap', type: 'int64', values: BigInt64Array.of(10n, 10n, 0n), valid_bytes: [1, 1, 0]}, // neither 0 nor "met"
    {name: 'footway_bad_m', type: 'float64', values: Float64Array.of(50, 100, 70)}), null);
  const assessment = make('assessment', tj_tally_assess, tally, units, null);
  console.log(tj_buffer_data(make('buffer', tj_assessment_text, assessment, 'problems', 'sha256', null)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const [noun, handle] of owned) library.func(`void tj_${noun}_free(void *handle)`)(handle);
}
