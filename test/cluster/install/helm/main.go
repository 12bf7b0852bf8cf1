// Command helm renders a chart as Helm does for a cluster of a version that serves admission policies in these versions:
// `helm <chart folder> <namespace> <version> [v1 v1beta1] < values.json` prints its templates' output as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

func main() {
	files, err := render(os.Args[1], os.Args[2], os.Args[3], os.Args[4:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(files)
}

func render(folder, namespace, version string, policies []string) (map[string]string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return nil, err
	}
	var values map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&values); err != nil {
		return nil, err
	}
	kube, err := chartutil.ParseKubeVersion(version)
	if err != nil {
		return nil, err
	}
	if constraint := chart.Metadata.KubeVersion; !chartutil.IsCompatibleRange(constraint, version) {
		return nil, fmt.Errorf("the chart wants %s, and the cluster is %s", constraint, version)
	}
	cluster := &chartutil.Capabilities{KubeVersion: *kube}
	for _, each := range policies {
		cluster.APIVersions = append(cluster.APIVersions, "admissionregistration.k8s.io/"+each+"/ValidatingAdmissionPolicy")
	}
	release := chartutil.ReleaseOptions{Name: "bgtask", Namespace: namespace, IsInstall: true}
	scope, err := chartutil.ToRenderValues(chart, values, release, cluster)
	if err != nil {
		return nil, err
	}
	return engine.Render(chart, scope)
}
