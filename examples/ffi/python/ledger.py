"""Three communities of Yichang, and the SHA-256 of their problem list. Usage: ledger.py [FRAMEWORK]"""
import sys
from contextlib import ExitStack
from ctypes import CDLL, Structure, byref, c_char_p, c_double, c_int64, c_size_t, c_uint8, c_uint64, c_void_p, cast, sizeof

tijian = CDLL("libtijian.so.0")
tijian.tj_error_message.restype = tijian.tj_buffer_data.restype = c_char_p  # ctypes takes what is not declared for an int
tijian.tj_stream_from_columns.argtypes = [c_void_p, c_size_t, c_int64, c_uint64, c_void_p, c_void_p]


class Column(Structure):  # tj_column; it keeps alive what it is given
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("type", c_char_p), ("values", c_void_p), ("bytes", c_char_p),
                ("validity", c_void_p), ("valid_bytes", c_void_p), ("offset", c_int64)]


def column(name, kind, c_type, *values):  # None is null: neither 0 nor "met"
    plain = (c_type * len(values))(*(value.encode() if isinstance(value, str) else value or 0 for value in values))
    valid = (c_uint8 * len(values))(*(value is not None for value in values))
    return Column(sizeof(Column), name, kind, cast(plain, c_void_p), valid_bytes=cast(valid, c_void_p))


def call(function, *arguments):
    error = c_void_p()
    if function(*arguments, byref(error)):
        message = tijian.tj_error_message(error).decode()
        tijian.tj_error_free(error)
        raise RuntimeError(message)


def main(framework_id="yichang-2025"):
    ids = ["上导堤社区", "深圳路社区", "香锦社区"]
    places = (Column * 3)(column(b"id", b"strings", c_char_p, "yichang", "xiling", *ids),
                          column(b"level", b"strings", c_char_p, "city", "district", *["community"] * 3),
                          column(b"parent", b"strings", c_char_p, None, *["yichang"] * 4))
    gaps = (Column * 4)(column(b"community_id", b"strings", c_char_p, *ids),
                        column(b"parking_gap", b"int64", c_int64, 30, 460, 820),
                        column(b"charger_gap", b"int64", c_int64, 10, 10, None),
                        column(b"footway_bad_m", b"float64", c_double, 50, 100, 70))
    with ExitStack() as owned:
        def made(free, function, *arguments):
            call(function, *arguments, byref(handle := c_void_p()))
            owned.callback(free, handle)
            return handle
        stream = (c_void_p * 5)()  # struct ArrowArrayStream: of copies, released by whoever reads it
        framework = made(tijian.tj_framework_free, tijian.tj_framework_shipped, framework_id.encode())
        plan = made(tijian.tj_plan_free, tijian.tj_plan_compile, framework)
        call(tijian.tj_stream_from_columns, places, 3, 5, 0, stream)
        units = made(tijian.tj_units_free, tijian.tj_units_from_arrow, plan, stream)
        tally = made(tijian.tj_tally_free, tijian.tj_tally_new, plan)
        call(tijian.tj_stream_from_columns, gaps, 4, 3, 0, stream)
        call(tijian.tj_tally_add_arrow, tally, b"gaps", stream, None)
        assessment = made(tijian.tj_assessment_free, tijian.tj_tally_assess, tally, units, None)
        digest = made(tijian.tj_buffer_free, tijian.tj_assessment_text, assessment, b"problems", b"sha256", None)
        print(tijian.tj_buffer_data(digest).decode())


try:
    main(*sys.argv[1:])
except RuntimeError as error:
    sys.exit(str(error))
