package testbed.standin;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.apache.lucene.search.Query;
import org.elasticsearch.index.mapper.DocumentParserContext;
import org.elasticsearch.index.mapper.FieldMapper;
import org.elasticsearch.index.mapper.MapperBuilderContext;
import org.elasticsearch.index.mapper.NumberFieldMapper.NumberFieldType;
import org.elasticsearch.index.mapper.NumberFieldMapper.NumberType;
import org.elasticsearch.index.query.SearchExecutionContext;
import org.elasticsearch.xcontent.XContentParser;

/**
 * The field type scaled_float with the parameters scaling_factor and meta. Upstream stores the scaled long; this one stores
 * the double nearest to it, so that queries, sorting and aggregations are those of the type double.
 */
final class ScaledFloatMapper extends FieldMapper {

    static final String TYPE = "scaled_float";
    static final TypeParser PARSER = new TypeParser((name, context) -> new Builder(name));

    private final double factor;

    private ScaledFloatMapper(String name, ScaledFloatType type, BuilderParams params) {
        super(name, type, params);
        this.factor = type.factor;
    }

    private static double round(double value, double factor) {
        return Math.round(value * factor) / factor;
    }

    @Override
    protected String contentType() {
        return TYPE;
    }

    @Override
    protected void parseCreateField(DocumentParserContext context) throws IOException {
        if (context.parser().currentToken() == XContentParser.Token.VALUE_NULL) {
            return;
        }
        double value = context.parser().doubleValue(true);
        if (Double.isFinite(value) == false) {
            throw new IllegalArgumentException("[" + TYPE + "] only supports finite values, but got [" + value + "]");
        }
        NumberType.DOUBLE.addFields(context.doc(), fieldType().name(), round(value, factor), true, true, false);
    }

    @Override
    public FieldMapper.Builder getMergeBuilder() {
        return new Builder(leafName()).init(this);
    }

    private static final class Builder extends FieldMapper.Builder {

        private final Parameter<Double> factor = new Parameter<>(
            "scaling_factor",
            false,
            () -> null,
            (name, context, value) -> Double.valueOf(value.toString()),
            mapper -> ((ScaledFloatMapper) mapper).factor,
            (json, name, value) -> json.field(name, value),
            String::valueOf
        ).addValidator(Builder::check);
        private final Parameter<Map<String, String>> meta = Parameter.metaParam();

        Builder(String name) {
            super(name);
        }

        private static void check(Double factor) {
            if (factor == null || factor <= 0 || Double.isFinite(factor) == false) {
                throw new IllegalArgumentException("[scaling_factor] is [" + factor + "]; [" + TYPE + "] needs a positive number");
            }
        }

        @Override
        protected Parameter<?>[] getParameters() {
            return new Parameter<?>[] { factor, meta };
        }

        @Override
        public FieldMapper build(MapperBuilderContext context) {
            ScaledFloatType type = new ScaledFloatType(context.buildFullName(leafName()), factor.getValue(), meta.getValue());
            return new ScaledFloatMapper(leafName(), type, builderParams(this, context));
        }
    }

    private static final class ScaledFloatType extends NumberFieldType {

        private final double factor;

        ScaledFloatType(String name, double factor, Map<String, String> meta) {
            super(name, NumberType.DOUBLE, true, false, true, true, null, meta, null, false, null, null, false);
            this.factor = factor;
        }

        @Override
        public String typeName() {
            return TYPE;
        }

        @Override
        public Query termQuery(Object value, SearchExecutionContext context) {
            return super.termQuery(stored(value), context);
        }

        @Override
        public Query termsQuery(Collection<?> values, SearchExecutionContext context) {
            return super.termsQuery(values.stream().map(this::stored).toList(), context);
        }

        private double stored(Object value) {
            return round(NumberType.objectToDouble(value), factor);
        }
    }
}
