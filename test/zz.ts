import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { tensorflowEngine } from '../src/trainer/engines/tensorflow.js';
import { modelSchema } from '../src/core/spec.js';
import { stepCase } from './trainer/stepCases.js';
import { outcome, eagerOracle } from './trainer/engines/sideBySide.js';
import { OnnxEngine } from '../src/trainer/engines/onnx/onnxEngine.js';
const e=await tensorflowEngine([{name:'x',folder:'/tmp/tf/data/distillery/tensorflow',above:false}],{note:console.log});
for (const b of ['cpu','tensorflow']) { await tf.setBackend(b);
 const x=tf.tensor4d([1,2,3,4,5,6],[1,1,2,3]); const f=tf.tensor4d(Array.from({length:12},(_,i)=>i/10),[1,2,3,2]);
 console.log(b, await tf.conv2d(x,f,1,0).data(), await tf.conv2d(x,f,1,'valid').data());
 const x2=tf.tensor4d([1,2,3,4,5,6,7,8,9,10,11,12],[2,1,2,3]);
 console.log(b, await tf.conv2d(x2,f,1,0).data(), await tf.conv2d(x2,f,1,'valid').data());
}
const loss=(o)=>o.outputs.map(({loss})=>loss?.[0]);
for (const [lr,batchSize] of [[0.02,8],[0.001,8],[0.01,32]]) {
 const {program,run}=stepCase({model:modelSchema.parse({kind:'cifar-resnet',variant:'resnet20'}),optimizer:{kind:'sgd',learningRate:lr,momentum:0.9,nesterov:true,weightDecay:1e-4},maxNorm:null,distill:null,batchSize,picture:{height:32,width:32,channels:3,classes:10},learningRate:lr},{seed:3,steps:20});
 await tf.setBackend('tensorflow'); const a=loss(await outcome(e,program,run));
 const o=new OnnxEngine({threads:1}); const b=loss(await outcome(o,program,run));
 const d=(p,q)=>p.map((v,i)=>Math.abs(v-q[i]).toExponential(0)).join(' ');
 console.log(lr,batchSize,'tf-onnx',d(a,b));
 if(batchSize===8&&lr===0.02){const c=loss(await outcome(await eagerOracle(),program,{...run,calls:run.calls.slice(0,6)})); console.log('tf-cpu',d(c,a)); console.log('onnx-cpu',d(c,b));}
}
