// Three communities of Yichang, and the SHA-256 of their problem list. Usage: java Ledger [FRAMEWORK]
import com.sun.jna.*;
import java.util.*;

public class Ledger {
  static final NativeLibrary tijian = NativeLibrary.getInstance("libtijian.so.0", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

  @Structure.FieldOrder({"struct_size", "name", "type", "values", "bytes", "validity", "valid_bytes", "offset"})
  public static class Column extends Structure { // tj_column; it keeps alive what its fields are given
    public long struct_size, offset; // a size_t is a long on 64-bit platforms
    public String name, type;
    public Pointer values, bytes, validity, valid_bytes;
    void set(String name, String type, Pointer values) { struct_size = size(); this.name = name; this.type = type; this.values = values; }
  }
  static Memory texts(String... values) { return new StringArray(values, "UTF-8"); } // null is null
  static Memory longs(long... values) { var copy = new Memory(8L * values.length); copy.write(0, values, 0, values.length); return copy; }
  static Memory doubles(double... values) { var copy = new Memory(8L * values.length); copy.write(0, values, 0, values.length); return copy; }

  static class Handle extends Memory { // room for a pointer, such as a tj_plan*, and what frees that
    final String noun;
    Handle(String noun) { super(Native.POINTER_SIZE); this.noun = noun; clear(); }
    Pointer it() { return getPointer(0); }
    String text(String function) { return tijian.getFunction(function).invokeString(new Object[] {it()}, false); }
    @Override public void close() { tijian.getFunction("tj_" + noun + "_free").invokeVoid(new Object[] {it()}); super.close(); }
  }

  static void call(String function, Object... arguments) {
    try (var error = new Handle("error")) {
      var all = Arrays.copyOf(arguments, arguments.length + 1);
      all[arguments.length] = error;
      if (tijian.getFunction(function).invokeInt(all) != 0) throw new IllegalStateException(error.text("tj_error_message"));
    }
  }

  public static void main(String[] arguments) {
    var places = (Column[]) new Column().toArray(3);
    places[0].set("id", "strings", texts("yichang", "xiling", "上导堤社区", "深圳路社区", "香锦社区"));
    places[1].set("level", "strings", texts("city", "district", "community", "community", "community"));
    places[2].set("parent", "strings", texts(null, "yichang", "yichang", "yichang", "yichang"));
    var gaps = (Column[]) new Column().toArray(4);
    gaps[0].set("community_id", "strings", texts("上导堤社区", "深圳路社区", "香锦社区"));
    gaps[1].set("parking_gap", "int64", longs(30, 460, 820));
    gaps[2].set("charger_gap", "float64", doubles(10, 10, Double.NaN)); // NaN is null: neither 0 nor "met"
    gaps[3].set("footway_bad_m", "float64", doubles(50, 100, 70));
    var stream = new Memory(5 * Native.POINTER_SIZE); // struct ArrowArrayStream: of copies, released by whoever reads it
    try (var framework = new Handle("framework"); var plan = new Handle("plan"); var units = new Handle("units");
        var tally = new Handle("tally"); var assessment = new Handle("assessment"); var digest = new Handle("buffer")) {
      call("tj_framework_shipped", arguments.length > 0 ? arguments[0] : "yichang-2025", framework);
      call("tj_plan_compile", framework.it(), plan);
      call("tj_stream_from_columns", places, 3L, 5L, 0L, stream);
      call("tj_units_from_arrow", plan.it(), stream, units);
      call("tj_tally_new", plan.it(), tally);
      call("tj_stream_from_columns", gaps, 4L, 3L, 0L, stream);
      call("tj_tally_add_arrow", tally.it(), "gaps", stream, null);
      call("tj_tally_assess", tally.it(), units.it(), null, assessment);
      call("tj_assessment_text", assessment.it(), "problems", "sha256", null, digest);
      System.out.println(digest.text("tj_buffer_data"));
    } catch (IllegalStateException error) { System.err.println(error.getMessage()); System.exit(1); }
  }
}
