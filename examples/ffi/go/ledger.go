// Three communities of Yichang, and the SHA-256 of their problem list. Usage: ledger [FRAMEWORK]
package main

// #cgo LDFLAGS: -ltijian
// #include <stdlib.h>
// #include <tijian/tijian.h>
import "C"
import (
	"fmt"
	"os"
	"unsafe"
)

var owned []unsafe.Pointer // in C's memory: Go memory that points to Go memory must not be given to C

func array[T any](values ...T) unsafe.Pointer {
	size := len(values) * int(unsafe.Sizeof(values[0]))
	owned = append(owned, C.CBytes(unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), size)))
	return owned[len(owned)-1]
}
func text(s string) *C.char { return (*C.char)(array([]byte(s + "\x00")...)) }
func column[T any](name, kind string, values ...T) C.tj_column {
	return C.tj_column{struct_size: C.sizeof_tj_column, name: text(name), _type: text(kind), values: array(values...)}
}

func main() {
	ids := []*C.char{text("yichang"), text("xiling"), text("上导堤社区"), text("深圳路社区"), text("香锦社区")}
	places := []C.tj_column{column("id", "strings", ids...),
		column("level", "strings", text("city"), text("district"), text("community"), text("community"), text("community")),
		column[*C.char]("parent", "strings", nil, ids[0], ids[0], ids[0], ids[0])}
	gaps := []C.tj_column{column("community_id", "strings", ids[2:]...),
		column[int64]("parking_gap", "int64", 30, 460, 820),
		column[int64]("charger_gap", "int64", 10, 10, 0), // the last is null, see below: neither 0 nor "met"
		column[float64]("footway_bad_m", "float64", 50, 100, 70)}
	gaps[2].valid_bytes = (*C.uint8_t)(array[uint8](1, 1, 0))
	framework, plan, units := (*C.tj_framework)(nil), (*C.tj_plan)(nil), (*C.tj_units)(nil)
	tally, assessment, digest := (*C.tj_tally)(nil), (*C.tj_assessment)(nil), (*C.tj_buffer)(nil)
	failure, stream := (*C.tj_error)(nil), C.struct_ArrowArrayStream{} // of copies; whoever reads it releases it
	if C.tj_framework_shipped(text(append(os.Args, "yichang-2025")[1]), &framework, &failure) == C.TJ_OK &&
		C.tj_plan_compile(framework, &plan, &failure) == C.TJ_OK &&
		C.tj_stream_from_columns(&places[0], 3, 5, 0, &stream, &failure) == C.TJ_OK &&
		C.tj_units_from_arrow(plan, &stream, &units, &failure) == C.TJ_OK &&
		C.tj_tally_new(plan, &tally, &failure) == C.TJ_OK &&
		C.tj_stream_from_columns(&gaps[0], 4, 3, 0, &stream, &failure) == C.TJ_OK &&
		C.tj_tally_add_arrow(tally, text("gaps"), &stream, nil, &failure) == C.TJ_OK &&
		C.tj_tally_assess(tally, units, nil, &assessment, &failure) == C.TJ_OK &&
		C.tj_assessment_text(assessment, text("problems"), text("sha256"), nil, &digest, &failure) == C.TJ_OK {
		fmt.Println(C.GoString((*C.char)(C.tj_buffer_data(digest))))
	} else {
		fmt.Fprintln(os.Stderr, C.GoString(C.tj_error_message(failure)))
		defer os.Exit(1) // after all that is deferred below
	}
	for _, memory := range owned {
		defer C.free(memory)
	}
	defer func() { C.tj_units_free(units); C.tj_plan_free(plan); C.tj_framework_free(framework) }()
	defer func() { C.tj_buffer_free(digest); C.tj_assessment_free(assessment); C.tj_tally_free(tally) }()
	defer C.tj_error_free(failure) // nil is fine, and so is any order
}
