package studyindex.devnode;

import java.util.Map;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/**
 * Lucene's language analyzers under the names that Elasticsearch gives them, with its settings {@code stopwords}
 * and {@code stem_exclusion}. Source of names and settings: Elasticsearch reference, "Language analyzers".
 */
final class LanguageAnalyzers {
    private LanguageAnalyzers() {}

    static Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> providers() {
        return Map.ofEntries(
            language("cjk", CJKAnalyzer.getDefaultStopSet(), (stop, keep) -> new CJKAnalyzer(stop)),
            language("danish", DanishAnalyzer.getDefaultStopSet(), DanishAnalyzer::new),
            language("dutch", DutchAnalyzer.getDefaultStopSet(), DutchAnalyzer::new),
            language("english", EnglishAnalyzer.getDefaultStopSet(), EnglishAnalyzer::new),
            language("finnish", FinnishAnalyzer.getDefaultStopSet(), FinnishAnalyzer::new),
            language("french", FrenchAnalyzer.getDefaultStopSet(), FrenchAnalyzer::new),
            language("german", GermanAnalyzer.getDefaultStopSet(), GermanAnalyzer::new),
            language("greek", GreekAnalyzer.getDefaultStopSet(), (stop, keep) -> new GreekAnalyzer(stop)),
            language("italian", ItalianAnalyzer.getDefaultStopSet(), ItalianAnalyzer::new),
            language("norwegian", NorwegianAnalyzer.getDefaultStopSet(), NorwegianAnalyzer::new),
            language("portuguese", PortugueseAnalyzer.getDefaultStopSet(), PortugueseAnalyzer::new),
            language("spanish", SpanishAnalyzer.getDefaultStopSet(), SpanishAnalyzer::new),
            language("swedish", SwedishAnalyzer.getDefaultStopSet(), SwedishAnalyzer::new)
        );
    }

    /** Makes an analyzer of the words to leave out and the words not to stem. */
    private interface Maker {
        Analyzer make(CharArraySet stopWords, CharArraySet stemExclusion);
    }

    private static Map.Entry<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> language(
        String language,
        CharArraySet stopWords,
        Maker maker
    ) {
        return Map.entry(
            language,
            (index, environment, name, settings) -> new Provider(name, environment, settings, stopWords, maker)
        );
    }

    private static final class Provider extends AbstractIndexAnalyzerProvider<Analyzer> {
        private final Analyzer analyzer;

        Provider(String name, Environment environment, Settings settings, CharArraySet stopWords, Maker maker) {
            super(name, settings);
            analyzer = maker.make(
                Analysis.parseStopWords(environment, settings, stopWords),
                Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET)
            );
        }

        @Override
        public Analyzer get() {
            return analyzer;
        }
    }
}
