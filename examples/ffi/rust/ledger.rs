//! Three communities of Yichang, and the SHA-256 of their problem list. Usage: ledger [FRAMEWORK]
use std::ffi::{c_void, CStr, CString};
use std::{env, marker::PhantomData, mem::size_of, os::raw::c_char, process::ExitCode, ptr::null, ptr::null_mut};

type Handle = *mut c_void; // tj_plan*, tj_units* …: bindgen would make a type for each
type Text = *const c_char;
type Stream = [usize; 5]; // struct ArrowArrayStream, of which only the size matters here
#[repr(C)] // tj_column: struct_size, name, type, values, bytes, validity, valid_bytes, offset
struct Column<'a>(usize, Text, Text, *const c_void, Text, *const u8, *const u8, i64, PhantomData<&'a ()>);

#[link(name = "tijian")]
extern "C" {
    fn tj_framework_shipped(id: Text, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_plan_compile(framework: Handle, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_stream_from_columns(columns: *const Column, count: usize, rows: i64, flags: u64, out: &mut Stream, error: &mut Handle) -> i32;
    fn tj_units_from_arrow(plan: Handle, stream: &mut Stream, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_tally_new(plan: Handle, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_tally_add_arrow(tally: Handle, table: Text, stream: &mut Stream, options: Handle, error: &mut Handle) -> i32;
    fn tj_tally_assess(tally: Handle, units: Handle, options: Handle, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_assessment_text(of: Handle, table: Text, format: Text, options: Handle, out: &mut Handle, error: &mut Handle) -> i32;
    fn tj_buffer_data(buffer: Handle) -> Text;
    fn tj_error_message(error: Handle) -> Text;
    fn tj_framework_free(framework: Handle); fn tj_plan_free(plan: Handle); fn tj_units_free(units: Handle); fn tj_tally_free(tally: Handle);
    fn tj_assessment_free(assessment: Handle); fn tj_buffer_free(buffer: Handle); fn tj_error_free(error: Handle);
}
struct Owned(Handle, unsafe extern "C" fn(Handle));
impl Drop for Owned { fn drop(&mut self) { unsafe { self.1(self.0) } } } // NULL is fine, and so is any order
fn text(zero_terminated: &'static str) -> Text { zero_terminated.as_ptr().cast() }
fn column<'a, T>(name: &'static str, kind: &'static str, values: &'a [T]) -> Column<'a> {
    Column(size_of::<Column>(), text(name), text(kind), values.as_ptr().cast(), null(), null(), null(), 0, PhantomData)
}

fn main() -> ExitCode {
    let ids = ["yichang\0", "xiling\0", "上导堤社区\0", "深圳路社区\0", "香锦社区\0"].map(text);
    let levels = ["city\0", "district\0", "community\0", "community\0", "community\0"].map(text);
    let parents = [null(), ids[0], ids[0], ids[0], ids[0]];
    let places = [column("id\0", "strings\0", &ids), column("level\0", "strings\0", &levels), column("parent\0", "strings\0", &parents)];
    let gaps = [column("community_id\0", "strings\0", &ids[2..]), column("parking_gap\0", "int64\0", &[30i64, 460, 820]),
        column("charger_gap\0", "float64\0", &[10.0, 10.0, f64::NAN]), // NaN is null: neither 0 nor "met"
        column("footway_bad_m\0", "float64\0", &[50.0, 100.0, 70.0])];
    let id = CString::new(env::args().nth(1).unwrap_or("yichang-2025".into())).expect("an argument has no NUL");
    let own = |free| Owned(null_mut(), free);
    let (mut framework, mut plan, mut units, mut tally) = (own(tj_framework_free), own(tj_plan_free), own(tj_units_free), own(tj_tally_free));
    let (mut assessment, mut digest, mut error) = (own(tj_assessment_free), own(tj_buffer_free), own(tj_error_free));
    let mut stream: Stream = [0; 5]; // of copies, so that the columns could go; released by whoever reads it
    unsafe {
        let done = tj_framework_shipped(id.as_ptr(), &mut framework.0, &mut error.0) == 0
            && tj_plan_compile(framework.0, &mut plan.0, &mut error.0) == 0
            && tj_stream_from_columns(places.as_ptr(), 3, 5, 0, &mut stream, &mut error.0) == 0
            && tj_units_from_arrow(plan.0, &mut stream, &mut units.0, &mut error.0) == 0
            && tj_tally_new(plan.0, &mut tally.0, &mut error.0) == 0
            && tj_stream_from_columns(gaps.as_ptr(), 4, 3, 0, &mut stream, &mut error.0) == 0
            && tj_tally_add_arrow(tally.0, text("gaps\0"), &mut stream, null_mut(), &mut error.0) == 0
            && tj_tally_assess(tally.0, units.0, null_mut(), &mut assessment.0, &mut error.0) == 0
            && tj_assessment_text(assessment.0, text("problems\0"), text("sha256\0"), null_mut(), &mut digest.0, &mut error.0) == 0;
        if !done { eprintln!("{}", CStr::from_ptr(tj_error_message(error.0)).to_string_lossy()); return ExitCode::FAILURE; }
        println!("{}", CStr::from_ptr(tj_buffer_data(digest.0)).to_string_lossy());
    }
    ExitCode::SUCCESS
}
